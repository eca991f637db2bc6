/** The data of the charts, written into the page as JSON. */

/** The scale of an axis. */
export type Scale =
  /** From 0. */
  | 'linear'
  /** Logarithmic. */
  | 'log'
  /** 1 / (1 - share), logarithmic. */
  | 'percentile';

export interface Axis {
  readonly label: string;
  readonly scale: Scale;
  readonly unit: 'ms' | 's' | 'bytes' | 'rate' | 'share' | 'number';
}

/** One chart with a line for each server. */
export interface ChartData {
  /** Id of its element in the page. */
  readonly id: string;
  readonly x: Axis;
  readonly y: Axis;
  /** x of the points of all lines. */
  readonly at: readonly number[];
  readonly series: readonly Series[];
}

export interface Series {
  readonly name: string;
  /** Index of its colour. */
  readonly color: number;
  /** One for each point; null for none. */
  readonly values: readonly (number | null)[];
}

/** What the page's script draws: plain data, written into the page as JSON. */

/** How an axis counts. */
export type Scale =
  /** From 0 on. */
  | 'linear'
  /** Each step is a multiple of the one before. */
  | 'log'
  /** 1 / (1 - share): each step is ten times rarer. */
  | 'percentile';

/** One axis. */
export interface Axis {
  readonly label: string;
  readonly scale: Scale;
  readonly unit: 'ms' | 's' | 'bytes' | 'rate' | 'share' | 'number';
}

/** One chart: a line a server. */
export interface ChartData {
  /** Of the element it is drawn into. */
  readonly id: string;
  readonly x: Axis;
  readonly y: Axis;
  /** Where all lines have their points. */
  readonly at: readonly number[];
  readonly series: readonly Series[];
}

/** One line. */
export interface Series {
  readonly name: string;
  /** Which colour, from 0 on. */
  readonly color: number;
  /** As many as there are points; null where there is nothing. */
  readonly values: readonly (number | null)[];
}

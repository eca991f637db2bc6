/**
 * A line chart as data. Text (chart-text.ts) and SVG (chart-svg.ts) are drawn from it, and share the arithmetic here:
 * the position of a value on an axis, and the values that get a label.
 */
import type { Line } from '../statistics.ts';

export interface LineChart {
  /** The name of its file, without an extension. */
  readonly name: string;
  readonly title: string;
  readonly xLabel: string;
  readonly xScale: 'linear' | 'log';
  readonly yLabel: string;
  /**
   * Writes a value of y with its unit.
   *
   * @param scale - the value that decides the multiple of the unit; default: the value itself
   */
  readonly formatY: (value: number, scale?: number) => string;
  readonly series: readonly Series[];
}

export interface Series {
  readonly name: string;
  /** By x, ascending. */
  readonly points: readonly (readonly [x: number, y: number])[];
  /** The line of least squares. */
  readonly fit?: Line;
}

/** An axis: its labelled values, and the positions of values. */
export interface Axis {
  readonly ticks: readonly number[];
  /** The position of a value: 0 at the axis' beginning, 1 at its end. */
  readonly at: (value: number) => number;
}

/** The axis of x: from 0 to the greatest value; a logarithmic one begins at the least value and labels each value. */
export function xAxis({ series, xScale }: LineChart): Axis {
  const values = [...new Set(series.flatMap(({ points }) => points.map(([x]) => x)))].sort((a, b) => a - b);
  const [min, max] = [xScale === 'log' ? values[0]! : 0, values.at(-1)!];
  const scale = xScale === 'log' ? Math.log : (value: number) => value;
  // A single value is in the middle.
  const at = (value: number): number => (max === min ? 0.5 : (scale(value) - scale(min)) / (scale(max) - scale(min)));
  const ticks = xScale === 'log' ? values : niceTicks(min, max).filter((tick) => tick <= max);
  return { ticks, at };
}

/** The axis of y: from 0, so that only a steep curve looks steep, to a round value above the greatest. */
export function yAxis({ series }: LineChart): Axis {
  const ticks = niceTicks(0, Math.max(...series.flatMap(({ points }) => points.map(([, y]) => y))));
  const max = ticks.at(-1)!;
  return { ticks, at: (value) => value / max };
}

/** Approximate number of labels on an axis. */
const TICKS = 5;

/**
 * Round values (1, 2 or 5 times a power of ten apart) from below `min` to above `max`.
 *
 * Paul Heckbert, Nice numbers for graph labels, Graphics Gems (1990).
 */
export function niceTicks(min: number, max: number): number[] {
  const span = max - min || Math.abs(max) || 1;
  const power = 10 ** Math.floor(Math.log10(span / TICKS));
  const step = power * ([1, 2, 5].find((factor) => span / (factor * power) <= TICKS) ?? 10);
  const [first, last] = [Math.floor(min / step), Math.ceil(max / step)];
  // One tick is no axis.
  return Array.from({ length: Math.max(last - first, 1) + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}

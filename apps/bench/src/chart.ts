/**
 * A line chart as data: what text (chart-text.ts) and SVG (chart-svg.ts) are drawn from, and the arithmetic that both
 * share, which is where a value lies between the ends of an axis, and which values deserve a label.
 */
import type { Experiment, Plot } from './benchmark.ts';
import { FIGURES, type Unit } from './figures.ts';
import type { Samples } from './measure.ts';
import { fitLine, type Line, summarize } from './stats.ts';

/** Curves over one axis. */
export interface LineChart {
  /** The name of the file, without an ending. */
  readonly name: string;
  readonly title: string;
  readonly xLabel: string;
  readonly xScale: 'linear' | 'log';
  readonly yLabel: string;
  readonly yUnit: Unit;
  readonly series: readonly Series[];
}

/** One curve. */
export interface Series {
  readonly name: string;
  /** By x, ascending. */
  readonly points: readonly (readonly [x: number, y: number])[];
  /** The line of least squares, where the chart asks for one. */
  readonly fit?: Line;
}

/** An axis: where values lie on it, and its labelled values. */
export interface Axis {
  readonly ticks: readonly number[];
  /** 0 at the axis' beginning, 1 at its end. */
  readonly at: (value: number) => number;
}

/** The charts of an experiment: medians, and no curve without a point. */
export function chartsOf({ plots = [] }: Experiment, samples: Samples): LineChart[] {
  return plots.flatMap((plot) => {
    const series = plot.series.flatMap((curve) => seriesOf(plot, curve, samples));
    const { name, title, xLabel, xScale, yLabel, figure } = plot;
    return series.length === 0 ? [] : [{ name, title, xLabel, xScale, yLabel, yUnit: FIGURES[figure], series }];
  });
}

function seriesOf({ figure, fit }: Plot, { name, points }: Plot['series'][number], samples: Samples): Series[] {
  const measured = points.flatMap(({ x, contender }) => {
    const values = (samples[contender] ?? []).flatMap(({ figures }) => figures[figure] ?? []);
    return values.length === 0 ? [] : [[x, summarize(values).median] as const];
  });
  if (measured.length === 0) return [];
  return [{ name, points: measured, ...(fit === true && measured.length > 1 && { fit: fitLine(measured) }) }];
}

/** The axis of x: from 0 to the greatest value; a logarithmic one from the least, and labelled at the values. */
export function xAxis({ series, xScale }: LineChart): Axis {
  const values = [...new Set(series.flatMap(({ points }) => points.map(([x]) => x)))].sort((a, b) => a - b);
  const [min, max] = [xScale === 'log' ? values[0]! : 0, values.at(-1)!];
  const place = xScale === 'log' ? Math.log : (value: number) => value;
  // A single value stands in the middle.
  const at = (value: number): number => (max === min ? 0.5 : (place(value) - place(min)) / (place(max) - place(min)));
  const ticks = xScale === 'log' ? values : niceTicks(min, max).filter((tick) => tick <= max);
  return { ticks, at };
}

/** The axis of y, from 0, since a curve that looks steep should be, to a round value above the greatest. */
export function yAxis({ series }: LineChart): Axis {
  const ticks = niceTicks(0, Math.max(...series.flatMap(({ points }) => points.map(([, y]) => y))));
  const max = ticks.at(-1)!;
  return { ticks, at: (value) => value / max };
}

/** How many labels an axis has, more or less. */
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

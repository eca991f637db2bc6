/** The charts of an experiment: medians of a metric. */
import { fitLine, summarize } from '@concurrent-primes/harness';
import type { LineChart, Series } from '@concurrent-primes/harness/charts';
import type { Experiment, Plot } from './benchmark.ts';
import type { Samples } from './measure.ts';
import { formatValue, METRICS, type Unit } from './metrics.ts';

/** A chart whose y axis has a unit. */
export interface MetricChart extends LineChart {
  readonly yUnit: Unit;
}

/** Makes the charts of an experiment, without curves that have no point. */
export function chartsOf({ plots = [] }: Experiment, samples: Samples): MetricChart[] {
  return plots.flatMap((plot) => {
    const series = plot.series.flatMap((curve) => seriesOf(plot, curve, samples));
    const { name, title, xLabel, xScale, yLabel, metric } = plot;
    const yUnit = METRICS[metric];
    const formatY = (value: number, scale?: number): string => formatValue(value, yUnit, scale);
    return series.length === 0 ? [] : [{ name, title, xLabel, xScale, yLabel, yUnit, formatY, series }];
  });
}

function seriesOf({ metric, fit }: Plot, { name, points }: Plot['series'][number], samples: Samples): Series[] {
  const measured = points.flatMap(({ x, contender }) => {
    const values = (samples[contender] ?? []).flatMap(({ metrics }) => metrics[metric] ?? []);
    return values.length === 0 ? [] : [[x, summarize(values).median] as const];
  });
  if (measured.length === 0) return [];
  return [{ name, points: measured, ...(fit === true && measured.length > 1 && { fit: fitLine(measured) }) }];
}

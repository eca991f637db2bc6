/** The admin port of a server: metrics in the text format of Prometheus, probes, and an order to drain. */
export { type AdminOptions, type AdminServer, type Readiness, serveAdmin } from './admin-server.ts';
export type { Histogram, HistogramMetric, LabelledValues, Metric, NumberMetric } from './metric.ts';
export { metricTable } from './metric-table.ts';
export { PROCESS_METRICS } from './process-metrics.ts';
export { PROMETHEUS_TYPE, prometheusText } from './prometheus-text.ts';

/** Line charts for documents: as SVG, and as text for a terminal. */
export { renderChartSvg } from './chart-svg.ts';
export { renderChartText } from './chart-text.ts';
export type { LineChart, Series } from './line-chart.ts';

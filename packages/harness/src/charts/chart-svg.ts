/** A line chart as SVG, on a light background, for documents. */
import { type LineChart, xAxis, yAxis } from './line-chart.ts';
import { fitText } from './chart-text.ts';

const WIDTH = 760;
const PLOT = { left: 90, top: 56, width: 640, height: 320 } as const;
const LEGEND_LINE = 20;
/** Height below the plot for the labels of x and the axis' name. */
const X_LABELS = 60;

/** Distinguishable with any kind of colour vision. Okabe and Ito, Color Universal Design (2008). */
const COLORS = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9', '#000000'] as const;

/** Draws a chart as a complete SVG document. */
export function renderChartSvg(chart: LineChart): string {
  const [x, y] = [xAxis(chart), yAxis(chart)];
  const left = (value: number): number => round(PLOT.left + x.at(value) * PLOT.width);
  const top = (value: number): number => round(PLOT.top + (1 - y.at(value)) * PLOT.height);
  const [right, bottom] = [PLOT.left + PLOT.width, PLOT.top + PLOT.height];
  const legendTop = bottom + X_LABELS;
  const height = legendTop + LEGEND_LINE * chart.series.length + 8;
  const greatest = y.ticks.at(-1)!;

  const grid = y.ticks.flatMap((tick) => [
    `<line x1="${PLOT.left}" y1="${top(tick)}" x2="${right}" y2="${top(tick)}" stroke="#dddddd"/>`,
    text(PLOT.left - 8, top(tick) + 4, chart.formatY(tick, greatest), 'end'),
  ]);
  const xLabels = x.ticks.flatMap((tick) => [
    `<line x1="${left(tick)}" y1="${bottom}" x2="${left(tick)}" y2="${bottom + 5}" stroke="#333333"/>`,
    text(left(tick), bottom + 20, tick.toLocaleString('en-US'), 'middle'),
  ]);
  const curves = chart.series.flatMap(({ points }, index) => {
    const color = colorOf(index);
    const corners = points.map(([px, py]) => `${left(px)},${top(py)}`).join(' ');
    return [
      `<polyline points="${corners}" fill="none" stroke="${color}" stroke-width="2"/>`,
      ...points.map(([px, py]) => `<circle cx="${left(px)}" cy="${top(py)}" r="3.5" fill="${color}"/>`),
    ];
  });
  const legend = chart.series.flatMap((series, index) => {
    const at = legendTop + LEGEND_LINE * index;
    return [
      `<line x1="${PLOT.left}" y1="${at}" x2="${PLOT.left + 24}" y2="${at}" stroke="${colorOf(index)}" stroke-width="3"/>`,
      text(PLOT.left + 32, at + 4, series.name + fitText(series, chart.formatY), 'start'),
    ];
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="12" fill="#222222">`,
    `<title>${escape(chart.title)}</title>`,
    `<rect width="${WIDTH}" height="${height}" fill="#ffffff"/>`,
    `<text x="${PLOT.left}" y="22" font-size="15" font-weight="bold">${escape(chart.title)}</text>`,
    text(PLOT.left, 42, chart.yLabel, 'start'),
    ...grid,
    ...xLabels,
    text(right, bottom + 40, chart.xLabel, 'end'),
    `<path d="M${PLOT.left} ${PLOT.top}V${bottom}H${right}" fill="none" stroke="#333333"/>`,
    ...curves,
    ...legend,
    '</svg>',
    '',
  ].join('\n');
}

function colorOf(index: number): string {
  return COLORS[index % COLORS.length]!;
}

function text(x: number, y: number, content: string, anchor: 'start' | 'middle' | 'end'): string {
  return `<text x="${x}" y="${y}" text-anchor="${anchor}">${escape(content)}</text>`;
}

function escape(content: string): string {
  return content.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

/** A line chart in characters, for a terminal. */
import { type LineChart, type Series, xAxis, yAxis } from './line-chart.ts';

const WIDTH = 64;
const HEIGHT = 16;
/** Marks of the curves, in order; they repeat when there are more curves. */
const MARKS = ['o', '+', 'x', '*', '#', '@'] as const;

/** Draws a chart as lines, each with its line end; where two curves meet, the later one's mark covers the other. */
export function renderChartText(chart: LineChart): string {
  const [x, y] = [xAxis(chart), yAxis(chart)];
  const column = (value: number): number => Math.round(x.at(value) * (WIDTH - 1));
  const row = (value: number): number => Math.round((1 - y.at(value)) * (HEIGHT - 1));

  const grid = Array.from({ length: HEIGHT }, () => Array.from({ length: WIDTH }, () => ' '));
  chart.series.forEach(({ points }, index) => {
    points.forEach(([px, py], i) => {
      const [nextX, nextY] = points[i + 1] ?? [px, py];
      // Dots lead to the next point, and never cover a mark.
      for (let c = column(px) + 1; c < column(nextX); c++) {
        const part = (c - column(px)) / (column(nextX) - column(px));
        const cells = grid[Math.round(row(py) + part * (row(nextY) - row(py)))]!;
        if (cells[c] === ' ') cells[c] = '.';
      }
    });
    for (const [px, py] of points) grid[row(py)]![column(px)] = markOf(index);
  });

  const top = y.ticks.at(-1)!;
  const labels = new Map(y.ticks.map((tick) => [row(tick), chart.formatY(tick, top)]));
  const margin = Math.max(...[...labels.values()].map((label) => label.length));
  return [
    '',
    chart.title,
    '',
    `${' '.repeat(margin)}   ${chart.yLabel}`,
    ...grid.map((cells, r) =>
      `${(labels.get(r) ?? '').padStart(margin)} ${labels.has(r) ? '+' : '|'}${cells.join('')}`.trimEnd(),
    ),
    `${' '.repeat(margin)} +${'-'.repeat(WIDTH)}`,
    `${' '.repeat(margin + 2)}${tickLine(x.ticks, column)}`,
    `${' '.repeat(margin + 2)}${chart.xLabel.padStart(WIDTH)}`,
    ...chart.series.map((series, index) => `  ${markOf(index)} ${series.name}${fitText(series, chart.formatY)}`),
  ]
    .map((line) => `${line}\n`)
    .join('');
}

/** The line of least squares in words, such as `: 21.0 µs + 0.04 µs · x (R² 0.998)`; empty without one. */
export function fitText({ fit }: Series, formatY: LineChart['formatY']): string {
  if (fit === undefined) return '';
  const { intercept, slope, r2 } = fit;
  const sign = slope < 0 ? '-' : '+';
  const scale = Math.abs(intercept);
  const [fixed, each] = [formatY(intercept, scale), formatY(Math.abs(slope), scale)];
  return `: ${fixed} ${sign} ${each} · x (R² ${r2.toFixed(3)})`;
}

function markOf(index: number): string {
  return MARKS[index % MARKS.length]!;
}

/** The labels of x below their columns, without those that would touch their left neighbour. */
function tickLine(ticks: readonly number[], column: (value: number) => number): string {
  let line = '';
  for (const tick of ticks) {
    const label = String(Number.isInteger(tick) ? tick : Number(tick.toPrecision(3)));
    const start = Math.max(0, Math.min(column(tick) - Math.floor(label.length / 2), WIDTH - label.length));
    if (line === '' || start > line.length) line = line.padEnd(start) + label;
  }
  return line;
}

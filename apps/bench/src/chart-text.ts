/** A line chart in characters, for a terminal. */
import { type LineChart, type Series, xAxis, yAxis } from './chart.ts';
import { formatValue, threeDigits, type Unit } from './figures.ts';

const WIDTH = 64;
const HEIGHT = 16;
/** The marks of the curves, in their order; more curves begin anew. */
const MARKS = ['o', '+', 'x', '*', '#', '@'] as const;

/**
 * Draws a chart; where two curves meet, the later one's mark is seen.
 *
 * @returns lines, each with its line end
 */
export function renderChartText(chart: LineChart): string {
  const [x, y] = [xAxis(chart), yAxis(chart)];
  const column = (value: number): number => Math.round(x.at(value) * (WIDTH - 1));
  const row = (value: number): number => Math.round((1 - y.at(value)) * (HEIGHT - 1));

  const grid = Array.from({ length: HEIGHT }, () => Array.from({ length: WIDTH }, () => ' '));
  chart.series.forEach(({ points }, index) => {
    points.forEach(([px, py], i) => {
      const [nextX, nextY] = points[i + 1] ?? [px, py];
      // Dots lead to the next point, where no mark is yet.
      for (let c = column(px) + 1; c < column(nextX); c++) {
        const part = (c - column(px)) / (column(nextX) - column(px));
        const cells = grid[Math.round(row(py) + part * (row(nextY) - row(py)))]!;
        if (cells[c] === ' ') cells[c] = '.';
      }
    });
    for (const [px, py] of points) grid[row(py)]![column(px)] = markOf(index);
  });

  const top = y.ticks.at(-1)!;
  const labels = new Map(y.ticks.map((tick) => [row(tick), formatValue(tick, chart.yUnit, top)]));
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
    ...chart.series.map((series, index) => `  ${markOf(index)} ${series.name}${fitText(series, chart.yUnit)}`),
  ]
    .map((line) => `${line}\n`)
    .join('');
}

/** What the line of least squares says, such as `: 21.0 µs + 0.04 µs · x (R² 0.998)`; nothing without one. */
export function fitText({ fit }: Series, unit: Unit): string {
  if (fit === undefined) return '';
  const { intercept, slope, r2 } = fit;
  const sign = slope < 0 ? '-' : '+';
  const scale = Math.abs(intercept);
  const [fixed, each] = [formatValue(intercept, unit, scale), formatValue(Math.abs(slope), unit, scale)];
  return `: ${fixed} ${sign} ${each} · x (R² ${r2.toFixed(3)})`;
}

function markOf(index: number): string {
  return MARKS[index % MARKS.length]!;
}

/** The labels of x below their columns; one that would touch its neighbour is left out. */
function tickLine(ticks: readonly number[], column: (value: number) => number): string {
  let line = '';
  for (const tick of ticks) {
    const label = labelOf(tick);
    const start = Math.max(0, Math.min(column(tick) - Math.floor(label.length / 2), WIDTH - label.length));
    if (line === '' || start > line.length) line = line.padEnd(start) + label;
  }
  return line;
}

/** Whole numbers as they are, others with three digits. */
function labelOf(value: number): string {
  return Number.isInteger(value) ? String(value) : threeDigits(value);
}

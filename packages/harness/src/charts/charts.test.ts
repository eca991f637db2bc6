import { describe, expect, it } from 'vitest';
import { renderChartSvg } from './chart-svg.ts';
import { renderChartText } from './chart-text.ts';
import { type LineChart, niceTicks, xAxis, yAxis } from './line-chart.ts';

const CHART: LineChart = {
  name: 'turn',
  title: 'Turns <of> two & more',
  xLabel: 'idle clients',
  xScale: 'linear',
  yLabel: 'processor time',
  formatY: (ms) => (ms === 0 ? '0 µs' : `${(ms * 1000).toFixed(ms < 0.01 ? 2 : 1)} µs`),
  series: [
    {
      name: 'select',
      points: [
        [10, 0.02],
        [510, 0.05],
        [1010, 0.08],
      ],
      fit: { intercept: 0.0194, slope: 0.00006, r2: 1 },
    },
    {
      name: 'epoll',
      points: [
        [10, 0.02],
        [1010, 0.02],
      ],
    },
  ],
};

describe('niceTicks()', () => {
  it.each([
    [0, 0.08, [0, 0.02, 0.04, 0.06, 0.08]],
    [10, 900, [0, 200, 400, 600, 800, 1000]],
    [0, 5, [0, 1, 2, 3, 4, 5]],
    [0, 0, [0, 0.2]],
    [0, 23, [0, 5, 10, 15, 20, 25]],
  ])('from %d to %d are %j', (min, max, ticks) => {
    const all = niceTicks(min, max);
    expect(all.slice(0, ticks.length)).toEqual(ticks);
    expect(all.at(-1)).toBeGreaterThanOrEqual(max);
  });
});

describe('xAxis()', () => {
  it('begins at 0 and ends at the greatest value', () => {
    const { at, ticks } = xAxis(CHART);
    expect([0, 505, 1010].map(at)).toEqual([0, 0.5, 1]);
    expect(ticks).toEqual([0, 500, 1000]);
  });

  it('has equal steps for equal ratios when it is logarithmic, and labels the values', () => {
    const points = [1, 4, 16].map((x) => [x, 1] as const);
    const { at, ticks } = xAxis({ ...CHART, xScale: 'log', series: [{ name: 's', points }] });
    expect([1, 4, 16].map((x) => Number(at(x).toFixed(9)))).toEqual([0, 0.5, 1]);
    expect(ticks).toEqual([1, 4, 16]);
  });
});

describe('yAxis()', () => {
  it('begins at 0 and ends above the greatest value', () => {
    const { at, ticks } = yAxis(CHART);
    expect(ticks).toEqual([0, 0.02, 0.04, 0.06, 0.08]);
    expect([at(0), at(0.08)]).toEqual([0, 1]);
  });
});

describe('renderChartText()', () => {
  it('draws a mark for each value, and names the fitted line', () => {
    const lines = renderChartText(CHART).split('\n');
    expect(lines[1]).toBe('Turns <of> two & more');
    const [top, bottom] = [
      lines.findIndex((line) => line.startsWith('80.0 µs')),
      lines.findIndex((l) => l.startsWith('   0 µs')),
    ];
    expect(bottom - top).toBe(15);
    expect(lines[top]!.indexOf('o')).toBe('80.0 µs +'.length + 63);
    // Where the curves meet, the later one is seen.
    expect(lines).toContainEqual(expect.stringMatching(/^20\.0 µs \+ \+\.{61}\+$/));
    expect(lines).toContain('  o select: 19.4 µs + 0.06 µs · x (R² 1.000)');
    expect(lines).toContain('  + epoll');
  });
});

describe('renderChartSvg()', () => {
  it('draws a curve and a legend for each series, and escapes what is text', () => {
    const svg = renderChartSvg(CHART);
    expect(svg.match(/<polyline /g)).toHaveLength(2);
    expect(svg.match(/<circle /g)).toHaveLength(5);
    expect(svg).toContain('<title>Turns &lt;of&gt; two &amp; more</title>');
    expect(svg).toContain('>select: 19.4 µs + 0.06 µs · x (R² 1.000)</text>');
    expect(svg).not.toMatch(/NaN|undefined/);
  });

  it('draws a single point', () => {
    const svg = renderChartSvg({ ...CHART, series: [{ name: 'one', points: [[5, 0]] }] });
    expect(svg).toContain('<circle cx="730" ');
    expect(svg).not.toMatch(/NaN|undefined/);
  });
});

/**
 * Draws the report's charts in the browser, with uPlot.
 *
 * It is a script of its own in the page, after uPlot's, and reads its data from there. It imports nothing, so that the
 * page needs no other file.
 */
import type uPlotModule from 'uplot';
import type { Axis, ChartData } from './chart-data.ts';

declare const uPlot: typeof uPlotModule;

const CHART_HEIGHT = 280;

/** Distinguishable with any kind of colour vision (M. Okabe and K. Ito), a little darker on a light background. */
const COLORS = {
  light: ['#0b61a4', '#c2570c', '#00805a', '#a63d78', '#8a6d00', '#3a8fc7', '#5b4bb7', '#6b6b6b'],
  dark: ['#6cb6f5', '#f2994a', '#3ccf9b', '#e389ba', '#e3c84b', '#9ad4f7', '#a99bf5', '#b3b3b3'],
};
const INK = { light: { text: '#5a5a52', grid: '#e4e1d8' }, dark: { text: '#a8a89e', grid: '#34352f' } };
/** Lines also differ in their dashes, because paper may have no colours. */
const DASHES = [[], [8, 4], [2, 3], [10, 3, 2, 3], [5, 5], [14, 4], [1, 4], [6, 2, 1, 2]];

const charts = JSON.parse(document.getElementById('charts')!.textContent) as ChartData[];
const darkTheme = matchMedia('(prefers-color-scheme: dark)');
let isPrinting = false;
let drawn: { plot: uPlotModule; host: HTMLElement }[] = [];

function drawAll(): void {
  for (const { plot } of drawn) plot.destroy();
  drawn = charts.flatMap((chart) => {
    const host = document.getElementById(chart.id);
    return host === null ? [] : [{ plot: draw(chart, host), host }];
  });
}

function draw({ x, y, at, series }: ChartData, host: HTMLElement): uPlotModule {
  const theme = darkTheme.matches && !isPrinting ? 'dark' : 'light';
  const { text, grid } = INK[theme];
  const axis = (of: Axis, isVertical: boolean): uPlotModule.Axis => ({
    // The chart's title names the vertical axis; a narrow screen has no room for its label.
    ...(!isVertical && { label: of.label, labelSize: 22, labelFont: '12px system-ui, sans-serif' }),
    font: '12px system-ui, sans-serif',
    stroke: text,
    grid: { stroke: grid, width: 1, ...(of.scale === 'log' && { filter: powersOfTen }) },
    ticks: { show: false },
    ...(isVertical ? { size: 58 } : { size: 34, space: 60 }),
    values: (_, splits) => splits.map((value: number | null) => (value === null ? '' : textOf(value, of))),
    ...(of.scale === 'percentile' && {
      splits: () => percentileSplits(at),
      filter: (_: uPlotModule, splits: number[]) => splits,
    }),
    // A logarithmic axis needs one number for each power of ten.
    ...(of.scale === 'log' && { filter: powersOfTen }),
  });
  return new uPlot(
    {
      width: host.clientWidth,
      height: CHART_HEIGHT,
      scales: { x: scaleOf(x), y: scaleOf(y) },
      axes: [axis(x, false), axis(y, true)],
      cursor: { points: { size: 7 }, drag: { x: false, y: false } },
      padding: [12, 26, 0, 0],
      legend: { markers: { width: 0, fill: (plot, at) => (plot.series[at]!.stroke as () => string)() } },
      series: [
        { label: x.label, value: (_, value: number | null) => (value === null ? '' : textOf(value, x)) },
        ...series.map(({ name, color }) => ({
          label: name,
          stroke: COLORS[theme][color % COLORS[theme].length]!,
          dash: DASHES[color % DASHES.length]!,
          width: 2,
          spanGaps: false,
          points: { show: false },
          value: (_: uPlotModule, value: number | null) => (value === null ? '' : textOf(value, y)),
        })),
      ],
    },
    [at, ...series.map(({ values }) => values)] as uPlotModule.AlignedData,
    host,
  );
}

function scaleOf({ scale }: Axis): uPlotModule.Scale {
  if (scale === 'linear') {
    return { time: false, range: (_, min, max) => [Math.min(0, min), max <= 0 ? 1 : max * 1.05] };
  }
  return {
    time: false,
    // eslint-disable-next-line @typescript-eslint/no-unsafe-enum-assignment -- an ambient const enum, which has no values here
    distr: 3,
    log: 10,
    ...(scale === 'percentile' && { range: (_, min, max) => [min, max] }),
  };
}

/** 50 %, 90 %, 99 %, … as far as there are points. */
function percentileSplits(at: readonly number[]): number[] {
  return [2, 10, 100, 1000, 10_000, 100_000].filter((split) => split <= at.at(-1)!);
}

function powersOfTen(_: uPlotModule, splits: number[]): (number | null)[] {
  return splits.map((value) => (Number.isInteger(Math.round(Math.log10(value) * 1e6) / 1e6) ? value : null));
}

function textOf(value: number, { unit, scale }: Axis): string {
  if (scale === 'percentile') return `${Number((100 - 100 / value).toPrecision(6))} %`;
  switch (unit) {
    case 'ms':
      return value >= 1000
        ? `${digits(value / 1000)} s`
        : value >= 1
          ? `${digits(value)} ms`
          : `${digits(value * 1000)} µs`;
    case 's':
      return `${digits(value)} s`;
    case 'bytes':
      return value >= 1e9 ? `${digits(value / 1e9)} GB` : `${digits(value / 1e6)} MB`;
    case 'share':
      return `${digits(value * 100)} %`;
    case 'rate':
    case 'number':
      return digits(value);
  }
}

function digits(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString('en-US') : String(Number(value.toPrecision(3)));
}

function fit(): void {
  for (const { plot, host } of drawn) {
    if (host.clientWidth > 0 && plot.width !== host.clientWidth) {
      plot.setSize({ width: host.clientWidth, height: CHART_HEIGHT });
    }
  }
}

function print(is: boolean): void {
  isPrinting = is;
  for (const details of document.querySelectorAll('details')) details.open ||= is;
  drawAll();
}

drawAll();
darkTheme.addEventListener('change', drawAll);
addEventListener('resize', fit);
addEventListener('beforeprint', () => {
  print(true);
});
addEventListener('afterprint', () => {
  print(false);
});

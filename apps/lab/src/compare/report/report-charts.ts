/** The charts of a report: titles, explanations and lines. */
import type { EncodedHistogram, LoadResult } from '@concurrent-primes/load';
import type { Facts, GroupFacts, ServerFacts } from '../metrics/facts.ts';
import { isStream } from '../metrics/metric.ts';
import type { Axis, ChartData, Series } from '../page/chart-data.ts';
import type { Usage } from '../comparison.ts';
import { summarize } from '@concurrent-primes/harness';

export interface Chart extends ChartData {
  readonly title: string;
  /** How to read it. */
  readonly reading: string;
}

/**
 * Shares at which a percentile curve has its points: from the median on, twenty for each factor of ten in the rest, up to
 * one in a hundred thousand.
 */
const SHARES = [0.5, ...Array.from({ length: 94 }, (_, step) => 1 - 10 ** (-(step + 7) / 20))];
const FAIRNESS_POINTS = 50;
/** Points of a line over time. */
const TIME_POINTS = 20;

const SECONDS: Axis = { label: 'seconds of the measurement', scale: 'linear', unit: 's' };

/** All charts of a comparison that have data. */
export function chartsOf({ servers, scenario }: Facts): readonly Chart[] {
  return [
    ...scenario.groups.flatMap((group, at) => groupCharts(servers, group.name, at, scenario.groups.length > 1)),
    ...usageCharts(servers),
  ]
    .map(trimmed)
    .filter(({ at }) => at.length > 0);
}

/** Cuts the end that no line reaches. */
function trimmed(chart: Chart): Chart {
  const length = Math.max(...chart.series.map(({ values }) => values.findLastIndex((value) => value !== null) + 1));
  return {
    ...chart,
    at: chart.at.slice(0, length),
    series: chart.series.map((line) => ({ ...line, values: line.values.slice(0, length) })),
  };
}

function groupCharts(servers: readonly ServerFacts[], name: string, at: number, isOneOfMany: boolean): Chart[] {
  const of = isOneOfMany ? ` of ${name}` : '';
  const lines = (valuesOf: (group: GroupFacts) => readonly (number | null)[]): Series[] =>
    servers.map((server, color) => ({ name: server.spec.name, color, values: valuesOf(server.groups[at]!) }));
  const seconds = secondsOf(servers[0]?.groups[at]?.loads[0]?.elapsedMs);
  const overTime = (value: (point: LoadResult['timeline'][number], everyMs: number) => number | null): Series[] =>
    lines(({ loads }) =>
      courseOf(
        loads.map((load) => pointsOf(load, value)),
        seconds,
      ),
    );
  if (servers[0] !== undefined && isStream(servers[0].groups[at]!.group.intervals)) {
    return [
      {
        id: `throughput-${at}`,
        title: `Bytes a second${of}, over time`,
        reading: 'Bytes that arrived in each interval. Higher is better; at the bottom, the server sent nothing.',
        x: SECONDS,
        y: { label: 'bytes a second', scale: 'linear', unit: 'bytes' },
        at: seconds,
        series: overTime(({ bytes }, everyMs) => bytes / (everyMs / 1000)),
      },
    ];
  }
  return [
    {
      id: `latency-${at}`,
      title: `Distribution of waiting times${of}`,
      reading:
        'Each line starts at the median, on the left, and ends at the slowest of thousands of requests, on the right. Lower is better. A line that climbs steeply means that a few clients wait much longer than most. Both axes are logarithmic.',
      x: { label: 'share of requests that were faster', scale: 'percentile', unit: 'share' },
      y: { label: 'time', scale: 'log', unit: 'ms' },
      at: SHARES.map((share) => 1 / (1 - share)),
      series: lines(({ loads }) => curveOf(loads.map(({ histograms }) => histograms.done))),
    },
    {
      id: `p99-${at}`,
      title: `The 99th percentile${of}, over time`,
      reading:
        'The 99th percentile of each interval. A flat line is a steady server; a rising one has a growing queue. In a gap, no request was completed.',
      x: SECONDS,
      y: { label: 'time', scale: 'log', unit: 'ms' },
      at: seconds,
      series: overTime(({ requests, p99Ms }) => (requests === 0 ? null : p99Ms)),
    },
    {
      id: `rate-${at}`,
      title: `Requests a second${of}, over time`,
      reading: 'Requests that were completed in each interval. Higher is better.',
      x: SECONDS,
      y: { label: 'requests a second', scale: 'linear', unit: 'rate' },
      at: seconds,
      series: overTime(({ requests }, everyMs) => requests / (everyMs / 1000)),
    },
    {
      id: `fairness-${at}`,
      title: `Requests of each client${of}`,
      reading:
        'Clients in the order of their completed requests, from the fewest on the left to the most on the right, relative to the average client. A flat line at 1 is perfectly fair.',
      x: { label: 'clients, in the order of their requests', scale: 'linear', unit: 'share' },
      y: { label: 'requests, as a multiple of the average', scale: 'linear', unit: 'number' },
      at: Array.from({ length: FAIRNESS_POINTS + 1 }, (_, step) => step / FAIRNESS_POINTS),
      series: lines(({ loads }) => sharesOf(loads)),
    },
  ];
}

function usageCharts(servers: readonly ServerFacts[]): Chart[] {
  const usages = servers.map(({ rounds }) => rounds.flatMap(({ usage }) => usage ?? []));
  const seconds = secondsOf(usages.flat()[0]?.windowMs);
  const lines = (value: (point: Usage['timeline'][number]) => number): Series[] =>
    servers.map(({ spec }, color) => ({
      name: spec.name,
      color,
      values: courseOf(
        usages[color]!.map(({ timeline }) => timeline.map((point) => [point.atMs / 1000, value(point)] as const)),
        seconds,
      ),
    }));
  return [
    {
      id: 'cores',
      title: 'Processors used by the server, over time',
      reading: 'One loop can use one processor at most; several threads can use more, if the machine has more.',
      x: SECONDS,
      y: { label: 'processors', scale: 'linear', unit: 'number' },
      at: seconds,
      series: lines(({ cores }) => cores),
    },
    {
      id: 'memory',
      title: 'Memory of the server, over time',
      reading: 'Resident set of the process. A line that keeps rising is a leak, or garbage that is not collected yet.',
      x: SECONDS,
      y: { label: 'memory', scale: 'linear', unit: 'bytes' },
      at: seconds,
      series: lines(({ rssBytes }) => rssBytes),
    },
  ];
}

/**
 * The percentile curve of merged histograms.
 *
 * @returns times in milliseconds, one for each of {@link SHARES}; null where there are too few requests
 */
export function curveOf(histograms: readonly EncodedHistogram[]): (number | null)[] {
  const counts = new Map<number, number>();
  for (const { upToMs, counts: each } of histograms) {
    upToMs.forEach((ms, at) => counts.set(ms, (counts.get(ms) ?? 0) + each[at]!));
  }
  const buckets = [...counts].toSorted(([one], [other]) => one - other);
  const total = buckets.reduce((sum, [, count]) => sum + count, 0);
  let [at, below] = [0, 0];
  return SHARES.map((share) => {
    // At least one request must be above: the slowest of a hundred says nothing about one in a thousand.
    if (total * (1 - share) < 1) return null;
    const rank = Math.max(1, Math.ceil(share * total));
    while (below + buckets[at]![1] < rank) below += buckets[at++]![1];
    return buckets[at]![0];
  });
}

/** Requests of each client over all rounds, ascending, relative to the average, at {@link FAIRNESS_POINTS} + 1 points. */
function sharesOf(loads: readonly LoadResult[]): (number | null)[] {
  const clients = Math.max(0, ...loads.map(({ perClient }) => perClient.length));
  const got = Array.from({ length: clients }, (_, client) =>
    loads.reduce((sum, { perClient }) => sum + (perClient[client] ?? 0), 0),
  ).toSorted((one, other) => one - other);
  const mean = got.reduce((sum, requests) => sum + requests, 0) / clients;
  return Array.from({ length: FAIRNESS_POINTS + 1 }, (_, step) => {
    const requests = got[Math.round((step / FAIRNESS_POINTS) * (clients - 1))];
    return requests === undefined || mean === 0 ? null : requests / mean;
  });
}

function pointsOf(
  { timeline }: LoadResult,
  value: (point: LoadResult['timeline'][number], everyMs: number) => number | null,
): (readonly [number, number | null])[] {
  return timeline.map((point, at) => [point.atMs / 1000, value(point, point.atMs - (timeline[at - 1]?.atMs ?? 0))]);
}

function secondsOf(elapsedMs = 1000): number[] {
  return Array.from({ length: TIME_POINTS }, (_, step) => ((step + 1) * elapsedMs) / TIME_POINTS / 1000);
}

/** The median over all rounds at each moment; each round contributes the point that ends next. */
function courseOf(
  rounds: readonly (readonly (readonly [number, number | null])[])[],
  seconds: readonly number[],
): (number | null)[] {
  return seconds.map((second) => {
    const values = rounds.flatMap((points) => {
      const point = points.find(([at]) => at >= second - 1e-6) ?? points.at(-1);
      return point?.[1] ?? [];
    });
    return values.length === 0 ? null : summarize(values).median;
  });
}

/**
 * The metrics: the name of each, its meaning in plain words, how it is computed from one turn, and which direction is
 * better. The report, the table and the findings read them from here, so that a number means the same everywhere.
 */
import type { IntervalDistribution, LoadResult } from '@concurrent-primes/load';
import * as format from '../sentence-format.ts';
import type { Round, Usage } from '../comparison.ts';
import { fairnessOf } from '@concurrent-primes/harness';
import { steadinessOf } from './steadiness.ts';

export interface Metric<Source> {
  /** Heading of a row. */
  readonly label: string;
  /** Explanation for readers who meet it for the first time. */
  readonly meaning: string;
  readonly better: 'more' | 'less' | 'neither';
  readonly text: (value: number) => string;
  /** Undefined if there is no value. */
  readonly of: (source: Source) => number | undefined;
}

/** A server was not warm if a request cost less than this in the second half, relative to the first. */
export const WARM = 0.85;

/** With fewer requests, the background work of a process would dominate. */
const LEAST_REQUESTS = 100;

/** A group with wider intervals on average receives streams (400 KB), for which a request rate says little. */
const STREAM_WIDTH = 2_000_000;

/** Completed and failed requests. */
function outcomesOf({ requests, errors }: LoadResult): { readonly done: number; readonly failed: number } {
  return { done: requests, failed: Object.values(errors).reduce((sum, count) => sum + count, 0) };
}

/** Whether bytes, not requests, measure a group's throughput. */
export function isStream(intervals: IntervalDistribution): boolean {
  return meanWidth(intervals) >= STREAM_WIDTH;
}

function meanWidth(intervals: IntervalDistribution): number {
  switch (intervals.kind) {
    case 'step':
      return intervals.first[1] - intervals.first[0];
    case 'fixed':
      return intervals.interval[1] - intervals.interval[0];
    case 'uniform':
    case 'zipf':
      return intervals.width;
    case 'mix': {
      const shares = intervals.parts.reduce((sum, { share }) => sum + share, 0);
      return intervals.parts.reduce((sum, part) => sum + (part.share / shares) * meanWidth(part.intervals), 0);
    }
  }
}

function timed(load: LoadResult, value: number): number | undefined {
  return load.latency.done.count === 0 ? undefined : value;
}

/** What one group of clients measured. */
export const GROUP_METRICS = {
  rate: {
    label: 'requests a second',
    meaning:
      'Requests that were sent, answered, checked and confirmed in a second, by all clients of the group together.',
    better: 'more',
    text: format.number,
    of: (load) => (isStream(load.plan.intervals) ? undefined : load.requestsPerSecond),
  },
  throughput: {
    label: 'bytes a second',
    meaning: 'Data rate of the answers, for all clients of the group together. Includes unfinished answers.',
    better: 'more',
    text: (value) => `${format.bytes(value)}/s`,
    of: (load) => (isStream(load.plan.intervals) ? load.bytes / (load.elapsedMs / 1000) : undefined),
  },
  p50: {
    label: 'median time',
    meaning:
      'Half of all requests were completed within this time. It counts from the start of connecting, or from when the request was due, until the sum was sent.',
    better: 'less',
    text: format.duration,
    of: (load) => timed(load, load.latency.done.p50Ms),
  },
  p99: {
    label: '99th percentile',
    meaning:
      '99 of 100 requests were completed within this time. A page that makes a hundred requests meets a longer one once.',
    better: 'less',
    text: format.duration,
    of: (load) => timed(load, load.latency.done.p99Ms),
  },
  max: {
    label: 'longest time',
    meaning:
      'The longest time of any request. A request that was still waiting at the end counts with the time that it had waited, so that unserved clients are included.',
    better: 'less',
    text: format.duration,
    of: (load) => timed(load, load.latency.done.maxMs),
  },
  fairness: {
    label: "fairness (Jain's index)",
    meaning:
      'How evenly the completed requests are spread over the clients of the group. 1 is perfectly even; with ten clients, 0.1 means that one client got everything.',
    better: 'more',
    text: (value) => value.toFixed(3),
    of: ({ perClient }) => (perClient.length < 2 ? undefined : fairnessOf(perClient)),
  },
  failed: {
    label: 'failed requests',
    meaning:
      'The share of requests without a correct answer: refused, reset, cut short, or wrong. Only requests of good clients count.',
    better: 'less',
    text: format.percent,
    of: (load) => {
      const { done, failed } = outcomesOf(load);
      return done + failed === 0 ? undefined : failed / (done + failed);
    },
  },
} as const satisfies Record<string, Metric<LoadResult>>;

/** What a server used, for all groups together. */
export const SERVER_METRICS = {
  cpuPerRequest: {
    label: 'processor time a request',
    meaning:
      'Processor time of all threads of the server, in its own code and in the kernel, divided by the completed requests of good clients. It does not depend on the speed of the clients. Needs at least a hundred requests.',
    better: 'less',
    text: format.duration,
    of: (round) => perRequest(round, busyMs),
  },
  cpuPerMegabyte: {
    label: 'processor time a megabyte',
    meaning: 'Processor time of the server for each million bytes that the clients received.',
    better: 'less',
    text: format.duration,
    of: (round) => {
      const megabytes = sumOf(round, ({ bytes, elapsedMs }) => bytes / 1e6 / elapsedMs);
      return isAnyStream(round) && megabytes > 0 ? perMs(round, busyMs, megabytes) : undefined;
    },
  },
  steadiness: {
    label: 'cost in the second half',
    meaning:
      'Processor time a request in the second half of the measurement, relative to the first half. Near 100 % the server was warm; far below, it was still compiling its code and would get cheaper.',
    better: 'neither',
    text: format.percent,
    of: (round) => (perRequest(round, busyMs) === undefined ? undefined : steadinessOf(round)),
  },
  cores: {
    label: 'processors kept busy',
    meaning: 'Average number of processors that the server used. One loop can’t use more than one.',
    better: 'neither',
    text: format.number,
    of: ({ usage }) => usage && busyMs(usage) / usage.windowMs,
  },
  kernelShare: {
    label: 'time in the kernel',
    meaning:
      'The share of processor time spent in system calls: accepting, waiting for readiness, sending. The rest is the program itself.',
    better: 'neither',
    text: format.percent,
    of: ({ usage }) => (usage && busyMs(usage) > 0 ? usage.systemMs / busyMs(usage) : undefined),
  },
  switchesPerRequest: {
    label: 'waits a request',
    meaning:
      'How often a thread of the server went to sleep (voluntary context switches), for each request. Each costs a few microseconds; a loop that always finds work doesn’t wait.',
    better: 'less',
    text: format.number,
    of: (round) => perRequest(round, ({ voluntarySwitches }) => voluntarySwitches),
  },
  memory: {
    label: 'peak memory',
    meaning:
      'Peak of the resident set. Node itself needs about 50 MB; each thread of a pool is a JavaScript engine of its own.',
    better: 'less',
    text: format.bytes,
    of: ({ usage }) => usage?.peakRssBytes,
  },
  threads: {
    label: 'threads',
    meaning:
      "All threads of the process: those that serve clients, and Node's own (about seven, for garbage collection and files).",
    better: 'neither',
    text: format.number,
    of: ({ usage }) => usage?.threads,
  },
  descriptors: {
    label: 'open descriptors',
    meaning: 'Maximum number of open descriptors: one for each connection, and some twenty of the process itself.',
    better: 'neither',
    text: format.number,
    of: ({ usage }) => usage?.descriptors,
  },
  start: {
    label: 'time to start',
    meaning: 'From the start of the process until it listened.',
    better: 'less',
    text: format.duration,
    of: ({ startMs }) => startMs,
  },
} as const satisfies Record<string, Metric<Round>>;

export type GroupMetric = keyof typeof GROUP_METRICS;
export type ServerMetric = keyof typeof SERVER_METRICS;

function busyMs({ userMs, systemMs }: Usage): number {
  return userMs + systemMs;
}

/** Use for each request, if all requests are small: the cost of a mouse doesn't show beside a giant's. */
function perRequest(round: Round, of: (usage: Usage) => number): number | undefined {
  if (isAnyStream(round) || sumOf(round, ({ requests }) => requests) < LEAST_REQUESTS) return undefined;
  const perMillisecond = sumOf(round, ({ requestsPerSecond }) => requestsPerSecond / 1000);
  return perMs(round, of, perMillisecond);
}

function perMs({ usage }: Round, of: (usage: Usage) => number, amount: number): number | undefined {
  return usage && of(usage) / usage.windowMs / amount;
}

function isAnyStream({ groups }: Round): boolean {
  return groups.some(({ load }) => isStream(load.plan.intervals));
}

function sumOf({ groups }: Round, of: (load: LoadResult) => number): number {
  return groups.reduce((sum, { load }) => sum + of(load), 0);
}

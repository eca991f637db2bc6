/**
 * The figures: what each is called, what it means in plain words, how it is taken from one turn, and whether more of it
 * is better. The report, the table and the findings all read them from here, so a number means the same wherever it
 * stands.
 */
import type { IntervalDistribution, LoadResult } from '@concurrent-primes/load';
import * as format from '../format.ts';
import type { Round, Usage } from '../results.ts';
import { fairnessOf } from '../statistics.ts';
import { steadinessOf } from './steadiness.ts';

/** One figure. */
export interface Figure<Source> {
  /** As a row's head. */
  readonly label: string;
  /** What it tells, for somebody who meets it for the first time. */
  readonly meaning: string;
  readonly better: 'more' | 'less' | 'neither';
  readonly text: (value: number) => string;
  /** Undefined where there is nothing to tell. */
  readonly of: (source: Source) => number | undefined;
}

/** A server whose requests cost less than this at the end, as a share of before, was not warm. */
export const WARM = 0.85;

/** With fewer requests than this, what a process does by itself would be counted as theirs. */
const LEAST_REQUESTS = 100;

/** A group whose intervals are this wide on average gets streams (400 KB): counting its requests says little. */
const STREAM_WIDTH = 2_000_000;

/** Requests done and failed. */
function outcomesOf({ requests, errors }: LoadResult): { readonly done: number; readonly failed: number } {
  return { done: requests, failed: Object.values(errors).reduce((sum, count) => sum + count, 0) };
}

/** Whether a group's answers are so long that bytes are what counts. */
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

/** What one group of clients saw. */
export const GROUP_FIGURES = {
  rate: {
    label: 'requests a second',
    meaning:
      'How many answers were asked for, received, checked and confirmed in a second, by all clients of the group together.',
    better: 'more',
    text: format.number,
    of: (load) => (isStream(load.plan.intervals) ? undefined : load.requestsPerSecond),
  },
  throughput: {
    label: 'bytes a second',
    meaning: 'How fast the answers came in, all clients of the group together. Counts also what was not finished.',
    better: 'more',
    text: (value) => `${format.bytes(value)}/s`,
    of: (load) => (isStream(load.plan.intervals) ? load.bytes / (load.elapsedMs / 1000) : undefined),
  },
  p50: {
    label: 'median time',
    meaning:
      'Half of all requests were done within this time. From connecting, or from when the request was due, until the sum was sent.',
    better: 'less',
    text: format.duration,
    of: (load) => timed(load, load.latency.done.p50Ms),
  },
  p99: {
    label: '99th percentile',
    meaning:
      'All but one in a hundred requests were done within this time: what an unlucky client waits. A page that makes a hundred requests meets it once.',
    better: 'less',
    text: format.duration,
    of: (load) => timed(load, load.latency.done.p99Ms),
  },
  max: {
    label: 'longest time',
    meaning:
      'The longest that any request took. One that was still waiting when time was up counts with what it had waited, so nobody who was never served is left out.',
    better: 'less',
    text: format.duration,
    of: (load) => timed(load, load.latency.done.maxMs),
  },
  fairness: {
    label: "fairness (Jain's index)",
    meaning:
      'Whether all clients of the group got the same number of requests done. 1 is perfectly equal; with ten clients 0.1 means that one got everything.',
    better: 'more',
    text: (value) => value.toFixed(3),
    of: ({ perClient }) => (perClient.length < 2 ? undefined : fairnessOf(perClient)),
  },
  failed: {
    label: 'failed requests',
    meaning:
      'The share of requests that got no right answer: refused, reset, cut short, or wrong. Only those of good clients.',
    better: 'less',
    text: format.percent,
    of: (load) => {
      const { done, failed } = outcomesOf(load);
      return done + failed === 0 ? undefined : failed / (done + failed);
    },
  },
} as const satisfies Record<string, Figure<LoadResult>>;

/** What a server used, all groups together. */
export const SERVER_FIGURES = {
  cpuPerRequest: {
    label: 'processor time a request',
    meaning:
      "What one request cost the server's processor: all its threads, in its own code and in the kernel, divided by the requests that good clients got done. It does not depend on how fast the client is. Not told for less than a hundred requests.",
    better: 'less',
    text: format.duration,
    of: (round) => perRequest(round, busyMs),
  },
  cpuPerMegabyte: {
    label: 'processor time a megabyte',
    meaning: "What moving a million bytes to the clients cost the server's processor.",
    better: 'less',
    text: format.duration,
    of: (round) => {
      const megabytes = sumOf(round, ({ bytes, elapsedMs }) => bytes / 1e6 / elapsedMs);
      return isAnyStream(round) && megabytes > 0 ? perMs(round, busyMs, megabytes) : undefined;
    },
  },
  steadiness: {
    label: 'cost at the end',
    meaning:
      'Processor time a request in the second half of the time, as a share of that in the first. Near 100 % the server was warm; far below it was still compiling its code, and would get cheaper.',
    better: 'neither',
    text: format.percent,
    of: (round) => (perRequest(round, busyMs) === undefined ? undefined : steadinessOf(round)),
  },
  cores: {
    label: 'processors kept busy',
    meaning: 'How many processors the server kept busy on average. One loop can never use more than one.',
    better: 'neither',
    text: format.number,
    of: ({ usage }) => usage && busyMs(usage) / usage.windowMs,
  },
  kernelShare: {
    label: 'time in the kernel',
    meaning:
      'Which part of the processor time was spent in system calls: accepting, waiting for readiness, sending. The rest is the program itself.',
    better: 'neither',
    text: format.percent,
    of: ({ usage }) => (usage && busyMs(usage) > 0 ? usage.systemMs / busyMs(usage) : undefined),
  },
  switchesPerRequest: {
    label: 'waits a request',
    meaning:
      'How often a thread of the server went to sleep to wait for something (voluntary context switches), for each request. Each costs a few microseconds; a loop that always finds work doesn’t wait.',
    better: 'less',
    text: format.number,
    of: (round) => perRequest(round, ({ voluntarySwitches }) => voluntarySwitches),
  },
  memory: {
    label: 'most memory',
    meaning:
      'The most memory that the process had at any time (peak resident set). Node itself needs about 50 MB; each thread of a pool is a JavaScript engine of its own.',
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
    meaning:
      'The most that were open at the same time: one for each connection the server holds, and some twenty of its own.',
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
} as const satisfies Record<string, Figure<Round>>;

/** A figure's name. */
export type GroupFigure = keyof typeof GROUP_FIGURES;
/** A figure's name. */
export type ServerFigure = keyof typeof SERVER_FIGURES;

function busyMs({ userMs, systemMs }: Usage): number {
  return userMs + systemMs;
}

/** Something the server used for each request, where requests are small: beside a giant a mouse's cost can't be seen. */
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

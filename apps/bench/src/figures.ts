/**
 * What can be measured: each figure has a name, which says what it is, and a unit, in which it is kept in samples,
 * goals and the JSON of a report. People read it in whatever multiple of the unit fits.
 */
import type { Summary } from './stats.ts';

/** The units that figures are kept in. */
export type Unit = 'ms' | 'bytes' | 'bytes/s' | 'primes/s' | 'requests/s' | 'calls' | 'share' | 'times' | 'index';

/** Every figure and its unit. */
export const FIGURES = {
  /** How long a program has worked, by its own monotonic clock. */
  elapsedMs: 'ms',
  /** Primes that were listed a second. */
  primesPerSecond: 'primes/s',
  /** Bytes that came to the client, or went through a program, a second. */
  bytesPerSecond: 'bytes/s',
  /** Processor time for 10^6 bytes of answers, all threads, user and system. */
  cpuPerMegabyteMs: 'ms',
  /** How long one turn lasts in which 64 clients are sent a quantum each. */
  turnMs: 'ms',
  /** Processor time of the server for a request, all threads, user and system. */
  cpuPerRequestMs: 'ms',
  /** Processor time of the client's process for a request, all threads, user and system. */
  clientCpuPerRequestMs: 'ms',
  /** Requests that were answered a second. */
  requestsPerSecond: 'requests/s',
  /** Latencies: from `connect` to the last prime; on a kept connection from the request on. */
  p50Ms: 'ms',
  p90Ms: 'ms',
  p99Ms: 'ms',
  p999Ms: 'ms',
  /** From `connect` to N. */
  countMs: 'ms',
  /** The p99 that equal turns would give; see the benchmark `fairness`. */
  fairShareMs: 'ms',
  p99OverFairShare: 'times',
  /** The least of Jain's index at any moment of a run: 1 if all clients got the same. */
  jain: 'index',
  /** Memory of the server that is resident, at the end of a run; and the most that it ever was. */
  rssBytes: 'bytes',
  peakRssBytes: 'bytes',
  /** By how much a load has made the resident memory grow, at its peak. */
  rssGrowthBytes: 'bytes',
  rssPerClientBytes: 'bytes',
  rssPerThreadBytes: 'bytes',
  rssPerUsedThreadBytes: 'bytes',
  /** From the start of a process until it listens. */
  startMs: 'ms',
  startPerThreadMs: 'ms',
  /** System calls of the server for a request. */
  callsPerRequest: 'calls',
  /** The part of the time in which the client did not wait for the server: at 1, the client was the limit. */
  clientBusy: 'share',
  /** The part of all cores' time that the client took. */
  clientShare: 'share',
} as const satisfies Record<string, Unit>;

/** The part of the time from which on the load client counts as the limit of what was measured. */
export const CLIENT_LIMIT = 0.9;

/** The name of a figure. */
export type FigureName = keyof typeof FIGURES;

/** Figures by their names, each in its own unit. */
export type Figures = Readonly<Partial<Record<FigureName, number>>>;

/** How a unit is written: its multiples from the greatest to the least, each as its size in the unit. */
const MULTIPLES: Readonly<Record<Unit, readonly (readonly [size: number, name: string])[]>> = {
  ms: [
    [1, ' ms'],
    [1e-3, ' µs'],
  ],
  bytes: [
    [1e6, ' MB'],
    [1e3, ' KB'],
    [1, ' B'],
  ],
  'bytes/s': [
    [1e9, ' GB/s'],
    [1e6, ' MB/s'],
  ],
  'primes/s': [[1e9, ' G primes/s']],
  'requests/s': [[1, '/s']],
  calls: [[1, '']],
  share: [[0.01, ' %']],
  times: [[1, ' times']],
  index: [[1, '']],
};

/** Which way a unit is better; a share of the machine is neither good nor bad. */
const BETTER: Readonly<Record<Unit, 'lower' | 'higher' | undefined>> = {
  ms: 'lower',
  bytes: 'lower',
  calls: 'lower',
  times: 'lower',
  'bytes/s': 'higher',
  'primes/s': 'higher',
  'requests/s': 'higher',
  index: 'higher',
  share: undefined,
};

/** Which way a figure is better; undefined if neither is. */
export function betterOf(figure: FigureName): 'lower' | 'higher' | undefined {
  return BETTER[FIGURES[figure]];
}

/**
 * A value for people, such as `12.0 µs`.
 *
 * @param value - in `unit`
 * @param scale - the value that chooses the multiple of the unit, so that values side by side have the same
 */
export function formatValue(value: number, unit: Unit, scale: number = value): string {
  const [size, name] = multipleOf(unit, scale);
  return digitsOf(value / size, unit) + name;
}

/** A limit that somebody has set, such as `20 ms`: with as many digits as were set. */
export function formatLimit(value: number, unit: Unit): string {
  const [size, name] = multipleOf(unit, value);
  return `${Number((value / size).toPrecision(12))}${name}`;
}

/**
 * Median and the spread behind it, such as `12.0 µs (11.5 to 100)`: all in the median's multiple of the unit.
 */
export function formatSummary({ median, min, max }: Summary, unit: Unit): string {
  const middle = formatValue(median, unit);
  if (min === max) return middle;
  const [size] = multipleOf(unit, median);
  return `${middle} (${digitsOf(min / size, unit)} to ${digitsOf(max / size, unit)})`;
}

/** An index of fairness is read by what it lacks to 1. */
function digitsOf(value: number, unit: Unit): string {
  return unit === 'index' ? value.toFixed(4) : threeDigits(value);
}

/** Enough digits for what can be measured, without an exponent. */
export function threeDigits(value: number): string {
  const magnitude = Math.abs(value);
  if (magnitude >= 100 || magnitude === 0) return value.toFixed(0);
  if (magnitude >= 10) return value.toFixed(1);
  return magnitude >= 0.01 ? value.toFixed(2) : value.toPrecision(1);
}

function multipleOf(unit: Unit, value: number): readonly [size: number, name: string] {
  const multiples = MULTIPLES[unit];
  return multiples.find(([size]) => Math.abs(value) >= size) ?? multiples.at(-1)!;
}

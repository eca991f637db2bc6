/**
 * What can be measured. A metric has a name that says what it is, and a unit, in which samples, goals and the JSON of a
 * report hold it. Tables show it in the multiple of the unit that fits.
 */
import type { Summary } from '@concurrent-primes/harness';

/** The units of metrics. */
export type Unit = 'ms' | 'bytes' | 'bytes/s' | 'primes/s' | 'requests/s' | 'calls' | 'share' | 'times' | 'index';

/** All metrics and their units. */
export const METRICS = {
  /** Time that a program worked, by its own monotonic clock. */
  elapsedMs: 'ms',
  /** Processor time of the server, all threads, user and system. */
  cpuMs: 'ms',
  /** Primes listed a second. */
  primesPerSecond: 'primes/s',
  /** Bytes a second that the client received, or that a program processed. */
  bytesPerSecond: 'bytes/s',
  /** Processor time of the server for 10^6 bytes of answers. */
  cpuPerMegabyteMs: 'ms',
  /** Time of one turn that sends a quantum to each of 64 clients. */
  turnMs: 'ms',
  /** Processor time of the server for a request. */
  cpuPerRequestMs: 'ms',
  /** Processor time of the client's process for a request, all threads, user and system. */
  clientCpuPerRequestMs: 'ms',
  /** Requests answered a second. */
  requestsPerSecond: 'requests/s',
  /** Latencies from `connect`, or from the request on a kept connection, to the last prime. */
  p50Ms: 'ms',
  p90Ms: 'ms',
  p99Ms: 'ms',
  p999Ms: 'ms',
  /** From `connect` to N. */
  countMs: 'ms',
  /** The p99 that equal turns would give; see the benchmark `fairness`. */
  fairShareMs: 'ms',
  p99OverFairShare: 'times',
  /** The lowest Jain's index at any moment of a run: 1 if all clients received the same. */
  jain: 'index',
  /** Resident memory of the server at the end of a run, and its peak. */
  rssBytes: 'bytes',
  peakRssBytes: 'bytes',
  /** Growth of the resident memory under a load, at its peak. */
  rssGrowthBytes: 'bytes',
  rssPerClientBytes: 'bytes',
  rssPerThreadBytes: 'bytes',
  rssPerUsedThreadBytes: 'bytes',
  /** From the start of a process until it listens. */
  startMs: 'ms',
  startPerThreadMs: 'ms',
  /** System calls of the server for a request. */
  callsPerRequest: 'calls',
  /** Share of the time in which the client didn't wait for the server: at 1, the client was the limit. */
  clientBusy: 'share',
  /** Share of the processor time of all cores that the client used. */
  clientShare: 'share',
} as const satisfies Record<string, Unit>;

/** From this `clientBusy` on, the load client counts as the limit. */
export const CLIENT_LIMIT = 0.9;

/** The name of a metric. */
export type MetricName = keyof typeof METRICS;

/** Metrics by name, each in its own unit. */
export type Metrics = Readonly<Partial<Record<MetricName, number>>>;

/** The multiples of each unit, from the largest to the smallest: suffix and size. */
const MULTIPLES: Readonly<Record<Unit, Readonly<Record<string, number>>>> = {
  ms: { ' ms': 1, ' µs': 1e-3 },
  bytes: { ' MB': 1e6, ' KB': 1e3, ' B': 1 },
  'bytes/s': { ' GB/s': 1e9, ' MB/s': 1e6 },
  'primes/s': { ' G primes/s': 1e9 },
  'requests/s': { '/s': 1 },
  calls: { '': 1 },
  share: { ' %': 0.01 },
  times: { ' times': 1 },
  index: { '': 1 },
};

/** The better direction of each unit; a share of the machine has none. */
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

/** The better direction of a metric; undefined if it has none. */
export function betterOf(metric: MetricName): 'lower' | 'higher' | undefined {
  return BETTER[METRICS[metric]];
}

/** Formats a value, such as `12.0 µs`; `scale` decides the multiple of the unit, so that adjacent values share one. */
export function formatValue(value: number, unit: Unit, scale: number = value): string {
  const [name, size] = multipleOf(unit, scale);
  return digitsOf(value / size, unit) + name;
}

/** Formats a limit with all of its digits, such as `20 ms`. */
export function formatLimit(value: number, unit: Unit): string {
  const [name, size] = multipleOf(unit, value);
  return `${Number((value / size).toPrecision(12))}${name}`;
}

/** Median, least and greatest of some samples. */
export type Spread = Pick<Summary, 'median' | 'min' | 'max'>;

/** Formats a median and its spread in one multiple of the unit, such as `12.0 µs (11.5 to 100)`. */
export function formatSpread({ median, min, max }: Spread, unit: Unit): string {
  const middle = formatValue(median, unit);
  if (min === max) return middle;
  const [, size] = multipleOf(unit, median);
  return `${middle} (${digitsOf(min / size, unit)} to ${digitsOf(max / size, unit)})`;
}

/** An index of fairness has four digits, since it is read by its distance from 1. */
function digitsOf(value: number, unit: Unit): string {
  return unit === 'index' ? value.toFixed(4) : threeDigits(value);
}

/** Three significant digits, without an exponent. */
export function threeDigits(value: number): string {
  const magnitude = Math.abs(value);
  if (magnitude >= 100 || magnitude === 0) return value.toFixed(0);
  if (magnitude >= 10) return value.toFixed(1);
  return magnitude >= 0.01 ? value.toFixed(2) : value.toPrecision(1);
}

function multipleOf(unit: Unit, value: number): readonly [name: string, size: number] {
  const multiples = Object.entries(MULTIPLES[unit]);
  return multiples.find(([, size]) => Math.abs(value) >= size) ?? multiples.at(-1)!;
}

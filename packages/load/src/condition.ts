/**
 * Conditions on a result: `p99<20ms`, `errors>0.1%`, `count.p50<=500us`, `rate>=1000`.
 *
 * A condition is either a threshold, which fails the run if it holds, or the goal of a search.
 */
import type { Summary } from './histogram.ts';
import { LATENCY_PARTS, type LatencyPart, type LoadResult } from './load-result.ts';

/** A parsed condition. */
export interface Condition {
  /** The text that was parsed, trimmed. */
  readonly text: string;
  readonly metric: Metric;
  readonly operator: Operator;
  /** In milliseconds, percent, or a plain number. */
  readonly value: number;
}

/** The measured value that a condition compares. */
export type Metric =
  | { readonly kind: 'latency'; readonly part: LatencyPart; readonly statistic: keyof Summary }
  /** Number or share of the requests that failed or did not finish. */
  | { readonly kind: 'errors' | 'unfinished'; readonly of: 'number' | 'percent' }
  /** Requests a second. */
  | { readonly kind: 'rate' };

/** How a metric is compared with the value. */
export type Operator = '<' | '<=' | '>' | '>=';

const STATISTICS: Readonly<Record<string, keyof Summary>> = {
  p50: 'p50Ms',
  p90: 'p90Ms',
  p99: 'p99Ms',
  'p99.9': 'p999Ms',
  'p99.99': 'p9999Ms',
  mean: 'meanMs',
  max: 'maxMs',
};

const UNITS_PER_MS: Readonly<Record<string, number>> = { us: 1000, µs: 1000, ms: 1, s: 0.001 };

const SHAPE = /^\s*(?:([a-zA-Z]+)\.)?([a-z]+[0-9.]*)\s*(<=|>=|<|>)\s*([0-9]*\.?[0-9]+)\s*(us|µs|ms|s|%|\/s)?\s*$/;

const COMPARE: Readonly<Record<Operator, (measured: number, value: number) => boolean>> = {
  '<': (measured, value) => measured < value,
  '<=': (measured, value) => measured <= value,
  '>': (measured, value) => measured > value,
  '>=': (measured, value) => measured >= value,
};

/**
 * Parses a condition. Its metric is one of:
 *
 * - `p50`, `p90`, `p99`, `p99.9`, `p99.99`, `mean` or `max`: a latency, of `done` unless another part is named as in
 *   `connect.p99`; the value is a time in `us`, `ms` or `s`
 * - `errors`, `unfinished`: a number of requests, or a share of all requests with `%`
 * - `rate`: requests a second
 *
 * @param text - metric, one of `<` `<=` `>` `>=`, and a value
 * @throws RangeError if the text is no condition
 * @example
 * ```ts
 * import { parseCondition } from '@concurrent-primes/load';
 *
 * const { metric, operator, value } = parseCondition('p99.9<1s');
 * console.log(metric, operator, value); // prints { kind: 'latency', part: 'done', statistic: 'p999Ms' } < 1000
 * ```
 */
export function parseCondition(text: string): Condition {
  const [, part, name = '', operator, digits, unit = ''] = SHAPE.exec(text) ?? [];
  const metric = metricOf(part, name, unit);
  if (metric === undefined) {
    throw new RangeError(
      `cannot parse a condition: it must be like p99<20ms, errors>0.1% or rate>=1000, got '${text}'`,
    );
  }
  const divisor = metric.kind === 'latency' ? UNITS_PER_MS[unit]! : 1;
  return { text: text.trim(), metric, operator: operator as Operator, value: Number(digits) / divisor };
}

function metricOf(part: string | undefined, name: string, unit: string): Metric | undefined {
  const statistic = STATISTICS[name];
  if (statistic !== undefined) {
    const known = LATENCY_PARTS.find((other) => other === (part ?? 'done'));
    return known && unit in UNITS_PER_MS ? { kind: 'latency', part: known, statistic } : undefined;
  }
  if (part !== undefined) return undefined;
  if (name === 'rate') return unit === '' || unit === '/s' ? { kind: 'rate' } : undefined;
  if (name !== 'errors' && name !== 'unfinished') return undefined;
  if (unit === '%') return { kind: name, of: 'percent' };
  return unit === '' ? { kind: name, of: 'number' } : undefined;
}

/**
 * Reads a metric from a result.
 *
 * @returns milliseconds, percent, or a plain number
 */
export function measure(metric: Metric, result: LoadResult): number {
  if (metric.kind === 'latency') return result.latency[metric.part][metric.statistic];
  if (metric.kind === 'rate') return result.requestsPerSecond;
  const errors = errorCount(result);
  const number = metric.kind === 'errors' ? errors : result.unfinished;
  if (metric.of === 'number') return number;
  const all = result.requests + errors + result.unfinished;
  return all === 0 ? 0 : (number * 100) / all;
}

/** Tells whether a condition holds for a result. */
export function holds({ metric, operator, value }: Condition, result: LoadResult): boolean {
  return COMPARE[operator](measure(metric, result), value);
}

/** Counts the good requests that failed, of all kinds. */
export function errorCount({ errors }: Pick<LoadResult, 'errors'>): number {
  return Object.values(errors).reduce((sum, count) => sum + count, 0);
}

/**
 * Conditions on a result, as people write them: `p99<20ms`, `errors>0.1%`, `count.p50<=500us`, `rate>=1000`.
 *
 * The same words say what must not be (a threshold: the run fails if it holds) and what must be (a search's goal).
 */
import { LATENCY_PARTS, type LatencyPart, type LoadResult, type Summary } from './types.ts';

/** A condition that was understood. */
export interface Condition {
  /** As it was written. */
  readonly text: string;
  readonly metric: Metric;
  readonly operator: Operator;
  /** Milliseconds for a time, percent for a share, otherwise a number. */
  readonly value: number;
}

/** What a condition is about. */
export type Metric =
  | { readonly kind: 'latency'; readonly part: LatencyPart; readonly figure: keyof Summary }
  /** How many requests failed, or which share of all. */
  | { readonly kind: 'errors' | 'unfinished'; readonly of: 'number' | 'percent' }
  /** Requests done in a second. */
  | { readonly kind: 'rate' };

/** How a metric is compared with the value. */
export type Operator = '<' | '<=' | '>' | '>=';

const FIGURES: Readonly<Record<string, keyof Summary>> = {
  p50: 'p50Ms',
  p90: 'p90Ms',
  p99: 'p99Ms',
  'p99.9': 'p999Ms',
  'p99.99': 'p9999Ms',
  mean: 'meanMs',
  max: 'maxMs',
};

/** How many of them are a millisecond. */
const UNITS_PER_MS: Readonly<Record<string, number>> = { us: 1000, µs: 1000, ms: 1, s: 0.001 };

const SHAPE = /^\s*(?:([a-zA-Z]+)\.)?([a-z]+[0-9.]*)\s*(<=|>=|<|>)\s*([0-9]*\.?[0-9]+)\s*(us|µs|ms|s|%|\/s)?\s*$/;

const COMPARE: Readonly<Record<Operator, (measured: number, value: number) => boolean>> = {
  '<': (measured, value) => measured < value,
  '<=': (measured, value) => measured <= value,
  '>': (measured, value) => measured > value,
  '>=': (measured, value) => measured >= value,
};

/**
 * Understands a condition.
 *
 * - a latency: `p50`, `p90`, `p99`, `p99.9`, `p99.99`, `mean` or `max`, of `done` unless another part is named as in
 *   `connect.p99`; a time with `us`, `ms` or `s` follows
 * - `errors`, `unfinished`: a number, or with `%` a share of all requests
 * - `rate`: requests a second
 *
 * @param text - metric, one of `<` `<=` `>` `>=`, and a value
 * @throws RangeError if it can't be understood
 * @example
 * ```ts
 * import { parseCondition } from '@concurrent-primes/load';
 *
 * const { metric, operator, value } = parseCondition('p99.9<1s');
 * console.log(metric, operator, value); // prints { kind: 'latency', part: 'done', figure: 'p999Ms' } < 1000
 * ```
 */
export function parseCondition(text: string): Condition {
  const [, part, name = '', operator, digits, unit = ''] = SHAPE.exec(text) ?? [];
  const metric = metricOf(part, name, unit);
  if (metric === undefined) {
    throw new RangeError(
      `cannot understand a condition: needs one like p99<20ms, errors>0.1% or rate>=1000, got '${text}'`,
    );
  }
  const divisor = metric.kind === 'latency' ? UNITS_PER_MS[unit]! : 1;
  return { text: text.trim(), metric, operator: operator as Operator, value: Number(digits) / divisor };
}

function metricOf(part: string | undefined, name: string, unit: string): Metric | undefined {
  const figure = FIGURES[name];
  if (figure !== undefined) {
    const known = LATENCY_PARTS.find((other) => other === (part ?? 'done'));
    return known && unit in UNITS_PER_MS ? { kind: 'latency', part: known, figure } : undefined;
  }
  if (part !== undefined) return undefined;
  if (name === 'rate') return unit === '' || unit === '/s' ? { kind: 'rate' } : undefined;
  if (name !== 'errors' && name !== 'unfinished') return undefined;
  if (unit === '%') return { kind: name, of: 'percent' };
  return unit === '' ? { kind: name, of: 'number' } : undefined;
}

/**
 * What a result has to say about a condition.
 *
 * @param metric - of the condition
 * @param result - of a run
 * @returns in the condition's unit: milliseconds, percent, or a number
 */
export function measure(metric: Metric, result: LoadResult): number {
  if (metric.kind === 'latency') return result.latency[metric.part][metric.figure];
  if (metric.kind === 'rate') return result.requestsPerSecond;
  const errors = errorCount(result);
  const number = metric.kind === 'errors' ? errors : result.unfinished;
  if (metric.of === 'number') return number;
  const all = result.requests + errors + result.unfinished;
  return all === 0 ? 0 : (number * 100) / all;
}

/**
 * Tells whether a condition holds.
 *
 * @param condition - see {@link parseCondition}
 * @param result - of a run
 */
export function holds({ metric, operator, value }: Condition, result: LoadResult): boolean {
  return COMPARE[operator](measure(metric, result), value);
}

/** How many good requests failed, of whatever kind. */
export function errorCount({ errors }: Pick<LoadResult, 'errors'>): number {
  return Object.values(errors).reduce((sum, count) => sum + count, 0);
}

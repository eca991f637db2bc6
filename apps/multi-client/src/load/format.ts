/** Numbers for people, none wider than 9 characters. */
import { type Condition, type LoadResult, measure } from '@concurrent-primes/load';

/**
 * A latency.
 *
 * @param timeMs - in milliseconds
 * @returns three digits and a unit: `85 µs`, `1.23 ms`, `45.6 ms`, `1.25 s`
 */
export function formatLatency(timeMs: number): string {
  if (timeMs < 0.9995) return `${Math.round(timeMs * 1000)} µs`;
  return timeMs < 999.5 ? `${digits(timeMs)} ms` : `${digits(timeMs / 1000)} s`;
}

/**
 * A rate or another quantity.
 *
 * @param value - 0 or more
 * @returns three digits, or all that stand before the point: `0.25`, `12.3`, `4567`
 */
export function digits(value: number): string {
  // Rounded first: 9.996 is 10.0.
  if (Number(value.toFixed(2)) < 10) return value.toFixed(2);
  return Number(value.toFixed(1)) < 100 ? value.toFixed(1) : value.toFixed(0);
}

/**
 * How long something lasts, as one would say it.
 *
 * @param timeMs - in milliseconds
 * @returns `0.05 s`, `0.5 s`, `10 s`, `90 s`
 */
export function formatDuration(timeMs: number): string {
  return `${timeMs < 1000 ? Number((timeMs / 1000).toPrecision(2)) : Number((timeMs / 1000).toFixed(1))} s`;
}

/**
 * A share.
 *
 * @param share - 0 to 1
 * @returns `12 %`
 */
export function formatShare(share: number): string {
  return `${Math.round(share * 100)} %`;
}

/** `1 client`, `2 clients`. */
export function plural(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}

/**
 * What was measured of something that must hold, or must not.
 *
 * @param condition - see {@link Condition}
 * @param result - of a run
 * @returns in the condition's unit: `6.75 ms`, `2.24 %`, `500`
 */
export function gotText({ metric }: Condition, result: LoadResult): string {
  const measured = measure(metric, result);
  if (metric.kind === 'latency') return formatLatency(measured);
  return `${digits(measured)}${metric.kind !== 'rate' && metric.of === 'percent' ? ' %' : ''}`;
}

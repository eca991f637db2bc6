/** A plan in words. */
import type { IntervalDistribution, LoadPlan } from '@concurrent-primes/load';
import { digits, formatDuration, plural } from './format.ts';

/** What is said about a plan, and under which heading. */
export type Fact = readonly [heading: string, text: string];

/**
 * What is run.
 *
 * @param plan - see {@link LoadPlan}
 * @param isVerified - whether answers are compared
 * @returns facts of a line each; one without a heading belongs to the one before
 */
export function describePlan(plan: LoadPlan, isVerified: boolean): readonly Fact[] {
  const { host, port, threads, keepAlive, seed, warmupMs, timeoutMs } = plan;
  const ways = [
    keepAlive ? 'keep-alive' : 'a connection for each request',
    threads > 1 ? plural(threads, 'thread') : '',
    timeoutMs === undefined ? '' : `${formatDuration(timeoutMs)} for a request`,
  ];
  const warmup = warmupMs > 0 ? `after ${formatDuration(warmupMs)} of warm-up` : '';
  const intervals = describeIntervals(plan.intervals);
  return [
    ['server', `${host}:${port}`],
    ['load', modelOf(plan)],
    ['', ways.filter(Boolean).join(', ')],
    ['time', [lengthOf(plan), warmup, `seed ${seed}`].filter(Boolean).join(', ')],
    ...intervals.map((text, i): Fact => [i === 0 ? 'intervals' : '', text]),
    ['answers', isVerified ? 'each verified, byte by byte' : 'checked for their number and order, not verified'],
  ];
}

function modelOf({ model, ramp }: LoadPlan): string {
  const ramped = ramp && `${digits(ramp.from)} to ${digits(ramp.to)}`;
  if (model.kind === 'closed') {
    return ramped === undefined ? plural(model.clients, 'client') : `${ramped} clients`;
  }
  return `${ramped ?? digits(model.rate)} requests/s on up to ${plural(model.maxClients, 'connection')}`;
}

function lengthOf({ durationMs, requests }: LoadPlan): string {
  const parts = [requests && plural(requests, 'request'), durationMs && formatDuration(durationMs)];
  return parts.filter(Boolean).join(' or ');
}

/** What is asked for: a line for each part of a mix. */
function describeIntervals(intervals: IntervalDistribution): string[] {
  switch (intervals.kind) {
    case 'fixed':
      return [name(intervals.interval)];
    case 'step':
      return [intervals.step === 0 ? name(intervals.first) : `${name(intervals.first)} + ${intervals.step} i`];
    case 'uniform':
      return [`${intervals.width} wide, anywhere in ${name(intervals.within)}`];
    case 'zipf':
      return [`${intervals.width} wide, in ${name(intervals.within)}, zipf ${intervals.exponent}`];
    case 'mix': {
      const total = intervals.parts.reduce((sum, { share }) => sum + share, 0);
      return intervals.parts.flatMap(({ share, intervals: part }) =>
        describeIntervals(part).map((text) => `${digits((share / total) * 100)} % ${text}`),
      );
    }
  }
}

function name(interval: readonly [number, number]): string {
  return `[${interval.join(', ')}]`;
}

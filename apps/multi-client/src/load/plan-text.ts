/** A plan, and the state of its run, in words. */
import { formatCount, formatDigits, formatLatency, formatSeconds } from '@concurrent-primes/harness/terminal';
import type { IntervalDistribution, LoadPlan, LoadSnapshot } from '@concurrent-primes/load';

/** A line about a plan; without a heading it continues the line before. */
export type Fact = readonly [heading: string, text: string];

/**
 * Describes a plan.
 *
 * @param plan - see {@link LoadPlan}
 * @param isVerified - whether answers are compared with the sieve
 */
export function describePlan(plan: LoadPlan, isVerified: boolean): readonly Fact[] {
  const { host, port, threads, keepAlive, seed, warmupMs, timeoutMs } = plan;
  const ways = [
    keepAlive ? 'keep-alive' : 'a connection for each request',
    threads > 1 ? formatCount(threads, 'thread') : '',
    timeoutMs === undefined ? '' : `at most ${formatSeconds(timeoutMs)} a request`,
  ];
  const warmup = warmupMs > 0 ? `after ${formatSeconds(warmupMs)} of warm-up` : '';
  const intervals = describeIntervals(plan.intervals);
  return [
    ['server', `${host}:${port}`],
    ['load', describeModel(plan)],
    ['', ways.filter(Boolean).join(', ')],
    ['time', [describeLength(plan), warmup, `seed ${seed}`].filter(Boolean).join(', ')],
    ...intervals.map((text, i): Fact => [i === 0 ? 'intervals' : '', text]),
    ['answers', isVerified ? 'each verified, byte by byte' : 'checked for their number and order, not verified'],
  ];
}

function describeModel({ model, ramp }: LoadPlan): string {
  const ramped = ramp && `${formatDigits(ramp.from)} to ${formatDigits(ramp.to)}`;
  if (model.kind === 'closed') {
    return ramped === undefined ? formatCount(model.clients, 'client') : `${ramped} clients`;
  }
  return `${ramped ?? formatDigits(model.rate)} requests/s on up to ${formatCount(model.maxClients, 'connection')}`;
}

function describeLength({ durationMs, requests }: LoadPlan): string {
  const parts = [requests && formatCount(requests, 'request'), durationMs && formatSeconds(durationMs)];
  return parts.filter(Boolean).join(' or ');
}

/** A line for each part of a mix, otherwise one line. */
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
        describeIntervals(part).map((text) => `${formatDigits((share / total) * 100)} % ${text}`),
      );
    }
  }
}

function name(interval: readonly [number, number]): string {
  return `[${interval.join(', ')}]`;
}

/** Describes the state of a run, for the line that a terminal shows. */
export function liveText(snapshot: LoadSnapshot, plan: LoadPlan): string {
  const { phase, elapsedMs, requests, errors, requestsPerSecond, p99Ms } = snapshot;
  if (phase === 'warmup') return `warming up, ${elapsed(elapsedMs, plan.warmupMs)}`;
  if (phase === 'drain') return 'waiting for the last answers';
  const progress =
    plan.durationMs === undefined ? `${requests} of ${plan.requests!} requests` : elapsed(elapsedMs, plan.durationMs);
  return `${progress}, ${formatDigits(requestsPerSecond)} requests/s, p99 ${formatLatency(p99Ms)}, ${errors} failed`;
}

function elapsed(atMs: number, ofMs: number): string {
  return `${(atMs / 1000).toFixed(1)} of ${formatSeconds(ofMs)}`;
}

/** A plan is checked before a thread starts, then divided between the threads; remainders go to the first threads. */
import { memberNamed } from '@concurrent-primes/zoo';
import { intervalDrawer } from './interval-drawer.ts';
import type { LoadPlan } from './load-plan.ts';

/** Interval at which a thread reports and checks whether to stop. A point of the timeline is a number of them. */
export const SAMPLE_MS = 100;

/** What one thread runs. */
export interface ThreadPart {
  /** Numbers of its good clients. */
  readonly goodClients: readonly number[];
  /** A name of the zoo for each of its misbehaving clients. */
  readonly misbehaving: readonly string[];
  /** Open loop: requests number `first`, `first + stride`, `first + 2 stride`, ... are due in this thread. */
  readonly first: number;
  readonly stride: number;
  /** Number of requests to measure; undefined: as many as time allows. */
  readonly requests: number | undefined;
}

/**
 * Checks a plan.
 *
 * @param plan - any plan
 * @throws RangeError if a value is out of range or two values contradict each other
 */
export function checkPlan(plan: LoadPlan): void {
  const { model, threads, durationMs, requests, warmupMs, ramp, seed, keepAlive, sendSum, timelineMs } = plan;
  requireInteger('port', plan.port, 1, 65_535);
  requireInteger('threads', threads, 1);
  requireInteger('seed', seed, 0, 2 ** 32 - 1);
  ensure('warmupMs', 'must be 0 or more', warmupMs, warmupMs >= 0 && warmupMs < Infinity);
  if (model.kind === 'open') requirePositive('rate', model.rate);
  requireInteger(model.kind === 'open' ? 'maxClients' : 'clients', allClients(plan), 1);
  if (durationMs !== undefined) requirePositive('durationMs', durationMs);
  if (requests !== undefined) requireInteger('requests', requests, 1);
  ensure('durationMs', 'must be given, or requests', undefined, durationMs !== undefined || requests !== undefined);
  ensure('sendSum', 'must be true with keepAlive', sendSum, sendSum || !keepAlive);
  if (plan.timeoutMs !== undefined) requirePositive('timeoutMs', plan.timeoutMs);
  if (plan.drainMs !== undefined) ensure('drainMs', 'must be 0 or more', plan.drainMs, plan.drainMs >= 0);
  if (timelineMs !== undefined) {
    const isMultiple = timelineMs > 0 && timelineMs % SAMPLE_MS === 0;
    ensure('timelineMs', `must be a multiple of ${SAMPLE_MS}`, timelineMs, isMultiple);
  }
  for (const { name, share } of plan.with) {
    memberNamed(name);
    ensure(`share of ${name}`, 'must be above 0 and below 1', share, share > 0 && share < 1);
  }
  const good = goodClients(plan);
  ensure('with', 'must leave at least one good client', good, good >= 1);
  if (ramp !== undefined) checkRamp(ramp, model.kind === 'open' ? model.rate : good, plan);
  intervalDrawer(plan.intervals);
}

function checkRamp({ from, to }: NonNullable<LoadPlan['ramp']>, most: number, { durationMs, model }: LoadPlan): void {
  ensure('ramp', 'needs durationMs', durationMs, durationMs !== undefined);
  for (const end of [from, to]) {
    ensure('ramp', `must stay between 0 and ${most}`, end, end >= 0 && end <= most);
  }
  ensure('ramp', 'must not be 0 all the time', from, from > 0 || to > 0);
  if (model.kind === 'closed') for (const end of [from, to]) requireInteger('ramp', end, 0);
}

/** Counts the good clients of a plan. */
export function goodClients(plan: LoadPlan): number {
  return allClients(plan) - misbehavingClients(plan).length;
}

/** Counts the connections that a plan can have at once; some misbehaving clients have several. */
export function maxConnections(plan: LoadPlan): number {
  return misbehavingClients(plan).reduce((sum, name) => sum + memberNamed(name).atOnce, goodClients(plan));
}

/** Divides a plan between its threads, of which there are no more than good clients. */
export function partsOf(plan: LoadPlan): ThreadPart[] {
  const good = goodClients(plan);
  const threads = Math.min(plan.threads, good);
  const misbehaving = misbehavingClients(plan);
  return Array.from({ length: threads }, (_, thread) => ({
    goodClients: Array.from({ length: shareOf(good, thread, threads) }, (_, round) => thread + round * threads),
    // Continues where the good clients ended, so that the first threads don't get the remainder of both.
    misbehaving: misbehaving.filter((_, number) => (good + number) % threads === thread),
    first: thread,
    stride: threads,
    requests: plan.requests === undefined ? undefined : shareOf(plan.requests, thread, threads),
  }));
}

function shareOf(total: number, thread: number, threads: number): number {
  return Math.floor(total / threads) + (thread < total % threads ? 1 : 0);
}

function allClients({ model }: LoadPlan): number {
  return model.kind === 'open' ? model.maxClients : model.clients;
}

function misbehavingClients(plan: LoadPlan): string[] {
  return plan.with.flatMap(({ name, share }) =>
    new Array<string>(Math.max(1, Math.round(share * allClients(plan)))).fill(name),
  );
}

function requireInteger(name: string, value: number, min: number, max = Number.MAX_SAFE_INTEGER): void {
  const range = max === Number.MAX_SAFE_INTEGER ? `of at least ${min}` : `from ${min} to ${max}`;
  ensure(name, `must be an integer ${range}`, value, Number.isInteger(value) && value >= min && value <= max);
}

function requirePositive(name: string, value: number): void {
  ensure(name, 'must be above 0', value, value > 0 && value < Infinity);
}

function ensure(name: string, need: string, value: unknown, holds: boolean): void {
  if (!holds) throw new RangeError(`cannot plan the load: ${name} ${need}, got ${String(value)}`);
}

/**
 * The conversation as a good client has it, compared byte by byte with the oracle.
 *
 * A right answer costs one comparison. After a wrong one, whatever else comes is collected for a moment as evidence.
 */
import type { CaseContext, ConformanceCase } from './case.ts';
import { CaseFailure, type Situation } from './case-failure.ts';
import type { Peer, SendOptions, Stop } from './peer.ts';
import { COUNT_BYTES, GREETING, int32Bytes, type Interval } from './prime-wire.ts';

/** Five primes: 101, 103, 107, 109, 113. Neither a bound nor the square of a prime makes it difficult. */
export const SMALL: Interval = [100, 120];
/** Seven primes, so that an answer to the wrong request shows. */
export const OTHER: Interval = [200, 240];
/** 1,270,603 primes, 5 MB: more than the buffers of both sockets hold, so a server must wait for its reader. */
export const LARGER_THAN_BUFFERS: Interval = [10, 20_000_000];
export const MIN_INT32 = -2_147_483_648;
export const MAX_INT32 = 2_147_483_647;

/** How an exchange goes. */
export interface ExchangeOptions {
  /** How to cut the request. */
  readonly request?: SendOptions;
  /** How to cut the sum. */
  readonly sum?: SendOptions;
  readonly situation?: Situation | undefined;
}

/** Longest silence between bytes that are collected after something went wrong, in milliseconds. */
const COLLECT_MS = 1000;
const COLLECT_BYTES = 128 * 1024;
const NOTHING = new Uint8Array(0);

/** One whole exchange on an idle connection: the request, the answer, the sum. */
export async function exchange(
  context: CaseContext,
  peer: Peer,
  interval: Interval,
  { request, sum, situation }: ExchangeOptions = {},
): Promise<void> {
  await sendRequest(context, peer, interval, request);
  await readAnswer(context, peer, interval, situation);
  await sendSum(context, peer, interval, sum);
}

/** Step 1. */
export async function sendRequest(
  { settings: { gapMs } }: CaseContext,
  peer: Peer,
  interval: Interval,
  options?: SendOptions,
): Promise<void> {
  // After a sum. Whether the server takes the two in one piece is a case of its own.
  if (peer.hasSent) await peer.pause(gapMs);
  await peer.sendRequest(...interval, { gapMs, ...options });
}

/** Step 4: the right sum, if the server knows sums. */
export async function sendSum(
  { oracle, settings: { gapMs, sum }, expect }: CaseContext,
  peer: Peer,
  interval: Interval,
  options?: SendOptions,
): Promise<void> {
  if (sum) await peer.sendSum(oracle.sum(interval), { gapMs, ...options });
  expect(sum ? 'served' : 'no-sum');
}

/**
 * Steps 2 and 3: reads the answer and compares it.
 * @param interval - what was asked for, with some million primes at most
 * @param situation - what makes the exchange special
 * @throws CaseFailure when the answer is wrong
 */
export async function readAnswer(
  { oracle }: CaseContext,
  peer: Peer,
  interval: Interval,
  situation?: Situation,
): Promise<void> {
  const primes = oracle.primes(interval);
  const expected = Buffer.from(int32Bytes([primes.length, ...primes]).buffer);
  const head = await peer.receive(COUNT_BYTES);
  // A wrong N says nothing about how many bytes come, so waiting for the right number would only take time.
  const isCountRight = expected.subarray(0, COUNT_BYTES).equals(head.bytes);
  const rest = isCountRight ? await peer.receive(expected.length - COUNT_BYTES) : undefined;
  const received = Buffer.concat([head.bytes, rest?.bytes ?? NOTHING]);
  if (expected.equals(received)) return;
  const stop = rest?.stop ?? head.stop;
  const more = stop === 'enough' ? await peer.receive(COLLECT_BYTES, COLLECT_MS) : undefined;
  throw new CaseFailure(
    {
      kind: 'answer',
      situation,
      interval,
      expected: primes,
      bytes: Buffer.concat([received, more?.bytes ?? NOTHING]),
      stop: more === undefined || more.stop === 'silent' ? stop : more.stop,
      timeoutMs: peer.timeoutMs,
    },
    peer,
  );
}

/**
 * Ends this side, and reads to the server's end.
 * @returns how the server ended; `silent` when it did not in time
 * @throws CaseFailure when bytes come that were not asked for
 */
export async function leave(peer: Peer): Promise<Stop> {
  peer.observer?.awaitNothing();
  await peer.end();
  const { bytes, stop } = await peer.receive(COLLECT_BYTES);
  if (bytes.length === 0) return stop;
  throw new CaseFailure({ kind: 'extra-bytes', count: bytes.length }, peer);
}

/**
 * A good client comes, is served and goes.
 * @param context - of the case
 * @param situation - what makes it special
 * @param interval - what it asks for
 */
export async function serveOne(context: CaseContext, situation?: Situation, interval = SMALL): Promise<void> {
  const peer = await context.connect();
  await exchange(context, peer, interval, { situation });
  await peer.close();
}

/** Asks for each interval on a connection of its own, so that a wrong answer to one can't spoil the next. */
export function ask(...intervals: readonly Interval[]): ConformanceCase['run'] {
  return askIn(undefined, ...intervals);
}

/** The same, in a situation that has a name. */
export function askIn(name: string | undefined, ...intervals: readonly Interval[]): ConformanceCase['run'] {
  const situation = name === undefined ? undefined : { name };
  return async (context) => {
    for (const interval of intervals) await serveOne(context, situation, interval);
  };
}

/**
 * Reads the first byte of the greeting dialect.
 * @param peer - a fresh connection
 * @throws CaseFailure when another byte comes, or none
 */
export async function takeGreeting(peer: Peer): Promise<void> {
  const { bytes, stop } = await peer.receive(1);
  if (bytes[0] === GREETING) return;
  throw new CaseFailure({ kind: 'no-greeting', bytes, stop, timeoutMs: peer.timeoutMs }, peer);
}

/** Does something beside another client. If it fails, that client's bytes are part of the evidence. */
export async function beside(who: string, peer: Peer, action: () => Promise<unknown>): Promise<void> {
  try {
    await action();
  } catch (error) {
    throw error instanceof CaseFailure ? error.beside(who, peer) : error;
  }
}

/**
 * Draws an interval as easy as {@link SMALL}: it holds no square of a prime (121 and 169 are the nearest), no bound is a
 * prime, and 149 is always in it. A server that is wrong here is not wrong about primes.
 */
export function drawEasy({ random }: CaseContext): Interval {
  return [122 + 2 * random(0, 9), 150 + 2 * random(0, 8)];
}

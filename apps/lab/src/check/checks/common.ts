/** What the checks share. */
import { COUNT_BYTES, decodeCount, type Interval, isRefusal } from '@concurrent-primes/protocol';
import { countPrimes } from '@concurrent-primes/sieve';
import type { Check, CheckContext, CheckSettings, Group } from '../check.ts';
import type { Connection } from '../connection.ts';
import { exchange, type Explain } from '../exchange.ts';
import type { Random } from '../random.ts';
import { CheckFailure, CheckSkipped } from '../failure.ts';
import { intervalText, stopText } from '../words.ts';

/** Five primes: 101, 103, 107, 109, 113. Neither a bound nor the square of a prime makes it difficult. */
export const SMALL: Interval = [100, 120];

export const MIN_INT32 = -2_147_483_648;
export const MAX_INT32 = 2_147_483_647;

/** 1,270,603 primes, 5 MB: more than the buffers of both sockets hold, so a server must wait for its reader. */
export const LARGER_THAN_BUFFERS: Interval = [10, 20_000_000];

/**
 * Draws an interval as easy as {@link SMALL}: whoever errs here does not err about primes. No square of a prime is in
 * it (121 and 169 are the nearest), no bound is a prime, and 149 always is in it.
 *
 * @param random - of the check
 */
export function drawEasy(random: Random): Interval {
  return [122 + 2 * random.integer(0, 9), 150 + 2 * random.integer(0, 8)];
}

/**
 * Puts checks together that need a right answer first, unless they say what else they need.
 *
 * @param group - of all of them
 * @param checks - without it
 */
export function inGroup(group: Group, checks: readonly Omit<Check, 'group'>[]): readonly Check[] {
  return checks.map((check) => ({ needs: ['answer'], ...check, group }));
}

/** For {@link Check.unless}: the check needs step 4, or what follows it. */
export function withoutSum({ sum }: CheckSettings): string | undefined {
  return sum ? undefined : 'with --no-sum';
}

/**
 * For {@link Check.unless}: the check asks for a wide interval.
 *
 * @param interval - that it asks for
 */
export function tooWide([a, b]: Interval): (settings: CheckSettings) => string | undefined {
  const width = b - a + 1;
  return ({ maxWidth }) => (maxWidth !== undefined && width > maxWidth ? `with --max-width ${maxWidth}` : undefined);
}

/**
 * A good client comes, is served and goes.
 *
 * @param context - of the check
 * @param explain - what it means when it isn't
 * @param interval - what it asks for
 * @returns its connection, closed
 */
export async function serveOne(
  { connect, settings }: CheckContext,
  explain?: Explain,
  interval: Interval = SMALL,
): Promise<Connection> {
  const connection = await connect();
  await exchange(connection, interval, { sendSum: settings.sum, ...(explain && { explain }) });
  connection.close();
  return connection;
}

/** Asks for each interval on a connection of its own, so that a wrong answer to one can't spoil the next. */
export async function askEach(context: CheckContext, intervals: readonly Interval[], explain?: Explain): Promise<void> {
  for (const interval of intervals) await serveOne(context, explain, interval);
}

/**
 * Does something beside another client: if it fails, that one's bytes are part of the evidence.
 *
 * @param who - the other client
 * @param connection - of the other client
 * @param action - what to do
 */
export async function beside(who: string, connection: Connection, action: () => Promise<unknown>): Promise<void> {
  try {
    await action();
  } catch (error) {
    throw error instanceof CheckFailure ? error.beside(who, connection) : error;
  }
}

/** What a wrong answer means where a > b. */
export const explainReversed: Explain = (evidence, general) => {
  const [a, b] = evidence.interval;
  const { bytes, stop, timeoutMs } = evidence;
  const count = bytes.length >= COUNT_BYTES ? decodeCount(bytes) : undefined;
  return {
    name: 'reversed-interval',
    what: `Asked for ${intervalText([a, b])}, where a > b: ${gotInstead()}.`,
    hint:
      'An interval with a > b is legal and empty: answer N = 0. Do not exchange the bounds, and do not close. Compare a ' +
      'with b itself: b - a may be more than an int32 holds, and wraps around.',
  };

  function gotInstead(): string {
    if (count === undefined || general.name === 'extra-bytes') return stopText(bytes.length, stop, timeoutMs);
    if (count === countPrimes(b, a)) return `the server answered as if it were ${intervalText([b, a])}`;
    return `the server says N = ${count}`;
  }
};

/** What a wrong answer means where bounds are negative. */
export const explainNegative: Explain = ({ interval, bytes, stop, timeoutMs, expected }, { name }) => {
  const count = bytes.length === COUNT_BYTES ? decodeCount(bytes) : undefined;
  const isTakenAsEmpty = count === 0 && expected.length > 0;
  const listsNegative = name === 'not-a-prime' && (bytes[4] ?? 0) >= 0x80;
  if (!NOT_UNDERSTOOD.has(name) && !isTakenAsEmpty && !listsNegative) return undefined;
  const isWhole = isTakenAsEmpty || (count !== undefined && isRefusal(count));
  const got = isWhole ? `the server says N = ${count}` : stopText(bytes.length, stop, timeoutMs);
  return {
    name: 'negative-bounds',
    what: `Asked for ${intervalText(interval)}: expected N = ${expected.length}; ${got}.`,
    hint:
      'a and b are signed int32, and every 8 bytes are a legal request. Do you read them as unsigned, or reject ' +
      'negative numbers? No number below 2 is a prime: begin at 2 when a is smaller.',
  };
};

/**
 * Being slow, or refusing what is wide, is no failure: then it just can't be told.
 *
 * @param interval - that the server refuses
 * @param count - N
 */
export function refuses(interval: Interval, count: number): CheckSkipped {
  return new CheckSkipped(`because the server refuses ${intervalText(interval)} (N = ${count})`);
}

/** What silence means where much is asked. */
export const explainSlow: Explain = ({ interval, bytes, stop, timeoutMs }) =>
  bytes.length === 0 && stop === 'silent'
    ? {
        name: 'too-slow',
        what: `Asked for ${intervalText(interval)}: ${stopText(0, stop, timeoutMs)}.`,
        hint: 'Too slow, or stuck: use a sieve, give it time with --timeout, or ask for less with --max-width.',
      }
    : undefined;

/** Diagnoses of servers that have not understood a request at all. */
const NOT_UNDERSTOOD = new Set(['no-answer', 'zero-not-sent', 'closed-without-answer', 'refused', 'wrong-answer']);

/** Answers that no buffer holds: read as a stream and compared piece by piece, because they would fill ours, too. */
import { COUNT_BYTES, decodeCount, type Interval, isRefusal, PRIME_BYTES } from '@concurrent-primes/protocol';
import { countPrimes, primeBytes } from '@concurrent-primes/sieve';
import type { CheckContext } from '../check.ts';
import type { Connection } from '../connection.ts';
import { sendRequest, sendSum } from '../exchange.ts';
import { CheckFailure, CheckSkipped } from '../failure.ts';
import { intervalText, plural, secondsText, stopText } from '../words.ts';
import { inGroup, LARGER_THAN_BUFFERS, MAX_INT32, refuses, tooWide } from './common.ts';

/** All primes of int32: 420 MB. */
const FULL: Interval = [0, MAX_INT32];

async function exchangeLong({ connect, settings }: CheckContext, interval: Interval): Promise<void> {
  const connection = await connect();
  await sendRequest(connection, interval);
  await readCount(connection, interval);
  let offset = COUNT_BYTES;
  for await (const expected of primeBytes(...interval)) {
    const { bytes, stop } = await connection.receive(expected.length);
    if (!Buffer.from(expected.buffer, expected.byteOffset, expected.length).equals(bytes)) {
      const at = bytes.findIndex((byte, index) => byte !== expected[index]);
      throw at < 0
        ? cutShort(connection, interval, stopText(offset + bytes.length, stop, connection.timeoutMs))
        : wrongFrom(connection, interval, offset, { at, bytes, expected });
    }
    offset += bytes.length;
  }
  if (settings.sum) await sendSum(connection, interval);
}

async function readCount(connection: Connection, interval: Interval): Promise<void> {
  const { bytes, stop } = await connection.receive(COUNT_BYTES);
  const expected = countPrimes(...interval);
  const got = bytes.length === COUNT_BYTES ? decodeCount(bytes) : undefined;
  if (got === expected) return;
  if (bytes.length === 0 && stop === 'silent') {
    const { timeoutMs } = connection;
    throw new CheckSkipped(
      `because the server needs more than ${secondsText(timeoutMs)} for ${intervalText(interval)} (see --timeout)`,
    );
  }
  if (got !== undefined && isRefusal(got)) {
    throw refuses(interval, got);
  }
  const came = got === undefined ? stopText(bytes.length, stop, connection.timeoutMs) : `got ${got}`;
  throw new CheckFailure(
    {
      name: 'wrong-count',
      what: `Asked for ${intervalText(interval)}: expected N = ${expected}; ${came}.`,
      hint: 'Count all primes of the interval before N is sent; no array or counter may be too small for that many.',
    },
    connection,
  );
}

function cutShort(connection: Connection, interval: Interval, came: string): CheckFailure {
  const count = countPrimes(...interval);
  return new CheckFailure(
    {
      name: 'answer-cut-short',
      what: `Asked for ${intervalText(interval)}: N = ${count} promises ${COUNT_BYTES + PRIME_BYTES * count} bytes; ${came}.`,
      hint:
        'One send() may take only a part of the bytes, and says how many; non-blocking sockets may take none (EAGAIN). ' +
        'Remember where you are and send the rest.',
    },
    connection,
  );
}

function wrongFrom(
  connection: Connection,
  interval: Interval,
  offset: number,
  { at, bytes, expected }: { readonly at: number; readonly bytes: Uint8Array; readonly expected: Uint8Array },
): CheckFailure {
  const start = at - (at % PRIME_BYTES);
  const index = (offset - COUNT_BYTES + start) / PRIME_BYTES;
  const [right, got] = [expected, bytes].map((from) => decodeCount(from.subarray(start)));
  return new CheckFailure(
    {
      name: 'wrong-answer',
      what: `Asked for ${intervalText(interval)}: number ${index + 1} should be ${right!}, got ${got!}.`,
      hint:
        'Short answers are right, so look for what changes with the length: bytes lost or sent twice when send() took only a ' +
        'part, a buffer that is used again too early, an index that is too small.',
      focus: offset + start,
    },
    connection,
  );
}

/** Checks of large answers, without the zoo. */
export const LARGE_CHECKS = inGroup('large', [
  {
    name: 'larger-than-buffers',
    title: `sends ${plural(countPrimes(...LARGER_THAN_BUFFERS), 'prime')}, more than buffers hold`,
    unless: tooWide(LARGER_THAN_BUFFERS),
    patience: 2,
    run: (context) => exchangeLong(context, LARGER_THAN_BUFFERS),
  },
  {
    name: 'full',
    title: 'sends all primes of int32, 420 MB',
    needs: ['larger-than-buffers'],
    unless: (settings) => (settings.full ? tooWide(FULL)(settings) : 'without --full'),
    patience: 10,
    run: (context) => exchangeLong(context, FULL),
  },
]);

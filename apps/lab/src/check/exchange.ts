/**
 * The conversation as a good client has it, compared byte by byte with what our own sieve says.
 *
 * A right answer costs one comparison. Only a wrong one is looked at closely: what else comes is collected for a
 * moment, and {@link diagnoseAnswer} says what is wrong with it, unless the check knows better (`explain`): a server
 * that has answered a whole request and is silent after the same in two pieces has a problem with the pieces.
 */
import {
  COUNT_BYTES,
  encodeCount,
  encodePrimes,
  encodeRequest,
  encodeSum,
  type Interval,
} from '@concurrent-primes/protocol';
import { countPrimes, primes, sumPrimes } from '@concurrent-primes/sieve';
import { type Connection, GAP_MS, type SendOptions, type Stop } from './connection.ts';
import { type AnswerEvidence, diagnoseAnswer } from './diagnosis/answer.ts';
import { CheckFailure, type Diagnosis } from './failure.ts';

/** Says what a wrong answer means; undefined: nothing special. */
export type Explain = (evidence: AnswerEvidence, general: Diagnosis) => Diagnosis | undefined;

/** How an exchange goes. */
interface ExchangeOptions {
  /** How to cut the request. */
  readonly request?: SendOptions;
  /** How to cut the sum. */
  readonly sum?: SendOptions;
  /** False for servers that know no sum; default true. */
  readonly sendSum?: boolean;
  readonly explain?: Explain;
}

/** How long bytes may be apart that are collected after something went wrong, in milliseconds. */
const COLLECT_MS = 1000;
/** How many bytes are collected at most. */
const COLLECT_BYTES = 128 * 1024;

const NOTHING = new Uint8Array(0);

/**
 * One whole exchange.
 *
 * @param connection - on which no exchange is under way
 * @param interval - of the request
 * @param options - see {@link ExchangeOptions}
 * @throws CheckFailure when the answer is not right
 */
export async function exchange(
  connection: Connection,
  interval: Interval,
  options: ExchangeOptions = {},
): Promise<void> {
  await sendRequest(connection, interval, options.request);
  await readAnswer(connection, interval, options.explain);
  if (options.sendSum ?? true) await sendSum(connection, interval, options.sum);
}

/** Step 1. */
export async function sendRequest(connection: Connection, interval: Interval, options?: SendOptions): Promise<void> {
  const [a, b] = interval;
  // Behind a sum; whether a server bears the two in one piece is a check of its own.
  if (connection.hasSent) await connection.pause(GAP_MS);
  connection.transcript.awaitAnswer();
  await connection.send(encodeRequest(a, b), requestMeaning(interval), options);
}

/** Step 4: the right sum. */
export async function sendSum(connection: Connection, interval: Interval, options?: SendOptions): Promise<void> {
  connection.transcript.awaitNothing();
  await connection.send(encodeSum(sumPrimes(...interval)), sumMeaning(interval), options);
}

/** What a request means, for a transcript. */
export function requestMeaning([a, b]: Interval): string {
  return `a = ${a}, b = ${b}`;
}

/** What a sum means, for a transcript. */
export function sumMeaning(interval: Interval): string {
  return `sum = ${String(sumPrimes(...interval))}`;
}

/**
 * Steps 2 and 3: reads the answer and compares it.
 *
 * @param connection - whose request is out
 * @param interval - of the request, with at most some million primes
 * @param explain - see {@link Explain}
 * @throws CheckFailure when it is not right
 */
export async function readAnswer(connection: Connection, interval: Interval, explain?: Explain): Promise<void> {
  const expected = expectedAnswer(interval);
  const head = await connection.receive(COUNT_BYTES);
  // A wrong N says nothing about how many bytes come, so waiting for the right number of them would only take long.
  const isCountRight = expected.subarray(0, COUNT_BYTES).equals(head.bytes);
  const rest = isCountRight ? await connection.receive(expected.length - COUNT_BYTES) : undefined;
  const received = Buffer.concat([head.bytes, rest?.bytes ?? NOTHING]);
  if (expected.equals(received)) return;
  const stop = rest?.stop ?? head.stop;
  const more = stop === 'enough' ? await connection.receive(COLLECT_BYTES, COLLECT_MS) : undefined;
  const evidence: AnswerEvidence = {
    bytes: Buffer.concat([received, more?.bytes ?? NOTHING]),
    stop: more === undefined || more.stop === 'silent' ? stop : more.stop,
    interval,
    expected: [...primes(...interval)],
    timeoutMs: connection.timeoutMs,
  };
  const general = diagnoseAnswer(evidence);
  throw new CheckFailure(explain?.(evidence, general) ?? general, connection);
}

/**
 * Ends this side, and reads to the server's end.
 *
 * @param connection - on which no exchange is under way
 * @returns how it went; `silent` when the server did not end in time
 * @throws CheckFailure when bytes come that nobody asked for
 */
export async function leave(connection: Connection): Promise<Stop> {
  connection.transcript.awaitNothing();
  connection.end();
  const { bytes, stop } = await connection.receive(COLLECT_BYTES);
  if (bytes.length === 0) return stop;
  const count = bytes.length === 1 ? '1 byte' : `${bytes.length} bytes`;
  throw new CheckFailure(
    {
      name: 'extra-bytes',
      what: `After the whole answer the server sent ${count} more that nobody had asked for.`,
      hint:
        'Send N and the primes, 4 bytes each, and nothing else: no newline, no zero at the end, no reply to the sum. ' +
        'Check that you send as many bytes as the data has, not as the buffer has.',
    },
    connection,
  );
}

/** The bytes of steps 2 and 3. */
function expectedAnswer([a, b]: Interval): Buffer {
  return Buffer.concat([encodeCount(countPrimes(a, b)), encodePrimes([...primes(a, b)])]);
}

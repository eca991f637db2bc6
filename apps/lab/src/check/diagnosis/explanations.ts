/**
 * What a wrong answer means in the situation in which the case had asked, when that says more than the bytes do. A
 * server that has answered a whole request and is silent after the same in two pieces has a problem with the pieces.
 */
import {
  type AnswerEvidence,
  COUNT_BYTES,
  readInt32,
  refusalName,
  type Situation,
} from '@concurrent-primes/conformance';
import { countPrimes } from '@concurrent-primes/sieve';
import type { Diagnosis } from '../check-failure.ts';
import { intervalText, stopText } from '../words.ts';

/** Explains a wrong answer; undefined: the bytes say more. */
type Explanation = (evidence: AnswerEvidence, general: Diagnosis, situation: Situation) => Diagnosis | undefined;

/** Situations whose interval a server may refuse as too wide. */
export const NO_WIDE_INTERVAL: ReadonlySet<string> = new Set(['smallest-number']);

export const HINT_AFTER_MISBEHAVING =
  'What one client does must end at most its own connection. recv() and send() may fail (ECONNRESET, EPIPE), and recv() ' +
  'returns 0 at the end: catch it per client, close that socket, drop its state, go on with the others.';
const HINT_WHILE_STALLED_READER =
  'send() blocks when the other side does not read and the buffers are full. With threads, only that client’s thread may ' +
  'block. With select()/poll(): non-blocking sockets, send what fits, and go on when the socket is writable again.';
const HINT_WHILE_MISBEHAVING =
  'Your server waits for this one client and for no other. Wait for all of them (select/poll/epoll), or give each a ' +
  'thread, and have enough of these.';

/** Diagnoses of servers that have not understood a request at all. */
const NOT_UNDERSTOOD = new Set(['no-answer', 'zero-not-sent', 'closed-without-answer', 'refused', 'wrong-answer']);

/** What came, as the end of a sentence. */
function cameOf({ bytes, stop, timeoutMs }: AnswerEvidence): string {
  return stopText(bytes.length, stop, timeoutMs);
}

const explainReversed: Explanation = (evidence, general) => {
  const [a, b] = evidence.interval;
  const { bytes } = evidence;
  const count = bytes.length >= COUNT_BYTES ? readInt32(bytes) : undefined;
  return {
    name: 'reversed-interval',
    what: `Asked for ${intervalText([a, b])}, where a > b: ${gotInstead()}.`,
    hint:
      'An interval with a > b is legal and empty: answer N = 0. Do not exchange the bounds, and do not close. Compare a ' +
      'with b itself: b - a may be more than an int32 holds, and wraps around.',
  };

  function gotInstead(): string {
    if (count === undefined || general.name === 'extra-bytes') return cameOf(evidence);
    if (count === countPrimes(b, a)) return `the server answered as if it were ${intervalText([b, a])}`;
    return `the server says N = ${count}`;
  }
};

const explainNegative: Explanation = (evidence, { name }) => {
  const { interval, bytes, expected } = evidence;
  const count = bytes.length === COUNT_BYTES ? readInt32(bytes) : undefined;
  const isTakenAsEmpty = count === 0 && expected.length > 0;
  const listsNegative = name === 'not-a-prime' && (bytes[4] ?? 0) >= 0x80;
  if (!NOT_UNDERSTOOD.has(name) && !isTakenAsEmpty && !listsNegative) return undefined;
  const isWhole = isTakenAsEmpty || (count !== undefined && refusalName(count) !== undefined);
  const got = isWhole ? `the server says N = ${count}` : cameOf(evidence);
  return {
    name: 'negative-bounds',
    what: `Asked for ${intervalText(interval)}: expected N = ${expected.length}; ${got}.`,
    hint:
      'a and b are signed int32, and every 8 bytes are a legal request. Do you read them as unsigned, or reject ' +
      'negative numbers? No number below 2 is a prime: begin at 2 when a is smaller.',
  };
};

/** Explanations by the name of the situation. */
export const EXPLANATIONS: Readonly<Record<string, Explanation>> = {
  'next-client': (evidence, _general, { number = 0 }) => ({
    name: 'serves-only-one-client',
    what: `Client ${number}, after others had left: ${cameOf(evidence)}.`,
    hint: 'Go back to accept() for the next client, and begin each client with fresh state: buffers, counters, lists.',
  }),
  'next-request': (evidence, _general, { number = 0 }) =>
    evidence.bytes.length > 0
      ? undefined
      : {
          name: 'one-request-only',
          what: `Request ${number} on the same connection: ${cameOf(evidence)}.`,
          hint:
            'After the sum a client may send its next request: read the 8 bytes of the sum, and go back to ' +
            'reading a request, until recv() returns 0.',
        },
  'half-close': (evidence) => ({
    name: 'half-close',
    what: `The client ended its sending right after its request (a half-close): ${cameOf(evidence)}.`,
    hint:
      'The end of the client’s sending is not the end of the connection: it still reads. Answer the request that ' +
      'has come whole, and close afterwards. (Node: allowHalfOpen.)',
  }),
  'after-no-sum': (evidence) => ({
    name: 'needs-the-sum',
    what: `The client before had left without a sum; the next asked: ${cameOf(evidence)}.`,
    hint: 'Older clients close after the primes. When recv() returns 0 in place of the sum, close and serve the others.',
  }),
  reversed: explainReversed,
  negative: explainNegative,
  'smallest-number': explainNegative,
  'long-answer': ({ interval, bytes, stop, timeoutMs }) =>
    bytes.length > 0 || stop !== 'silent'
      ? undefined
      : {
          name: 'too-slow',
          what: `Asked for ${intervalText(interval)}: ${stopText(0, stop, timeoutMs)}.`,
          hint: 'Too slow, or stuck: use a sieve, give it time with --timeout, or ask for less with --max-width.',
        },
  'largest-prime': (evidence) =>
    evidence.stop === 'enough' && evidence.bytes.length > 0
      ? undefined
      : {
          name: 'largest-prime',
          what: `Asked for ${intervalText(evidence.interval)}, up to the largest int32: ${cameOf(evidence)}.`,
          hint:
            'A loop over int32 with n <= 2147483647 never ends: n + 1 wraps around, and so does d * d. Count with 64 bits. ' +
            'And try divisors only up to the square root, or it takes too long.',
        },
  'request-in-pieces': (evidence, _general, { how = '' }) => ({
    name: 'request-in-one-read',
    what: `The request for ${intervalText(evidence.interval)} came ${how}: ${cameOf(evidence)}.`,
    hint:
      'Your server waits for all 8 bytes in one recv(). One recv() returns what has come so far, from 1 byte on: call it ' +
      'in a loop until you have 8 bytes (readFully, readexactly, MSG_WAITALL do that).',
  }),
  'sum-in-pieces': (evidence, _general, { how = '' }) => ({
    name: 'sum-in-one-read',
    what: `The sum came ${how}; the request after it was not answered right: ${cameOf(evidence)}.`,
    hint:
      'Your server waits for the 8 bytes of the sum in one recv(), and takes the rest of it for the next request. Read ' +
      'sums like requests: in a loop, until you have all 8 bytes.',
  }),
  glued: (evidence, _general, { how = '' }) => ({
    name: 'glued-messages',
    what: `The next request came ${how}: ${cameOf(evidence)}.`,
    hint:
      'One recv() may return the end of one message and the beginning of the next. Ask it for no more bytes than the ' +
      'message still needs, or keep what is left over for the next message.',
  }),
  beside: (evidence, _general, { how = '' }) => ({
    name: 'one-client-at-a-time',
    what: `While one client ${how}, a second one asked: ${cameOf(evidence)}.`,
    hint:
      'Your server serves one client at a time: it blocks in recv() for the first and never gets to the second. Give each ' +
      'client a thread (or process), or ask select()/poll()/epoll which are ready before you read.',
  }),
  'mixed-up': (_evidence, general, { number = 0 }) => ({
    name: 'clients-mixed-up',
    what: `${number} clients at the same time, each with its own interval. ${general.what}`,
    hint:
      'Alone each would be answered. Look for what your clients share: a global buffer, counter or list of primes without ' +
      'a lock, or too few threads for the clients that are connected.',
  }),
  'slow-client': (evidence, _general, { number = 0 }) => ({
    name: 'slow-client-lost',
    what: `A slow client asked while ${number} fast ones were served: ${cameOf(evidence)}.`,
    hint: 'Each client needs buffers and a state of its own: nothing of a half-read request may be shared or thrown away.',
  }),
  crowd: (evidence, _general, { number = 0 }) => ({
    name: 'crowd',
    what: `${number} clients were connected and all asked: ${cameOf(evidence)}.`,
    hint:
      'All clients in the queue must get their turn when others leave. Is the backlog of listen() too small, does accept() ' +
      'run only once for several clients, or did a thread end with its client? A server that is full may refuse: N = -1.',
  }),
  'many-in-turn': (evidence) => ({
    name: 'leaks',
    what: `Many clients came one after the other, then: ${cameOf(evidence)}.`,
    hint:
      'Something is used up by each client and not given back: close() every socket, also after an error (a process has ' +
      'about 1024 descriptors), and let the threads of clients that have left end.',
  }),
  'while-misbehaving': (evidence, _general, { how = '', misbehaving }) => ({
    name: 'blocked-by-one-client',
    what: `While a misbehaving client (it ${how}), a good client asked: ${cameOf(evidence)}.`,
    hint: misbehaving === 'stalled-reader' ? HINT_WHILE_STALLED_READER : HINT_WHILE_MISBEHAVING,
  }),
  'after-misbehaving': (evidence, _general, { how = '' }) => ({
    name: 'spoilt-by-one-client',
    what: `After a misbehaving client (it ${how}), a good client asked: ${cameOf(evidence)}.`,
    hint: HINT_AFTER_MISBEHAVING,
  }),
};

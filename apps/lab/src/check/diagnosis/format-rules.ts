/** Rules about the form of an answer: how integers are written, and what stands before them. */
import { COUNT_BYTES, GREETING, int32Bytes } from '@concurrent-primes/conformance';
import { hexOf } from '../transcript.ts';
import { plural } from '../words.ts';
import type { ReadEvidence, Rule } from './rule.ts';

/** How far the right answer may be shifted to be recognized: anything from a byte to a long line. */
const MAX_SHIFT = 128;
/** Bytes of the right answer that must follow to be recognized: N and two primes. */
const RECOGNIZED_BYTES = 12;
/** The bytes of text: printable ASCII, tab, newline and carriage return. */
const TEXT = /^[\t\n\r\x20-\x7e]+$/;

const greeting: Rule = (evidence) => {
  if (evidence.bytes[0] !== GREETING || shiftOf(evidence) !== 1) return undefined;
  return {
    name: 'unexpected-greeting',
    what: 'a byte x (78) came before N.',
    hint: 'If your server is to greet its clients with x, run the check with --greeting. If not, do not send it.',
  };
};

const text: Rule = ({ bytes }) => {
  const written = Buffer.from(bytes.subarray(0, 40)).toString('latin1');
  if (!TEXT.test(written)) return undefined;
  return {
    name: 'text',
    what: `the answer is text: ${JSON.stringify(written)}.`,
    hint:
      'Integers travel as 4 bytes each, not as digits: use htonl() in C, struct.pack("!i", n) in Python, ' +
      'DataOutputStream.writeInt() in Java, writeInt32BE() in Node.',
  };
};

const byteOrder: Rule = ({ count, numbers, expected }) => {
  const [first] = expected;
  if (first === undefined) return undefined;
  const isCountSwapped = count === swapped(expected.length) && count !== expected.length;
  const arePrimesSwapped = count === expected.length && numbers[0] === swapped(first);
  if (!isCountSwapped && !arePrimesSwapped) return undefined;
  const [what, right, got] = isCountSwapped ? ['N', expected.length, count] : ['the first prime', first, numbers[0]!];
  return {
    name: 'byte-order',
    what: `${what} is ${right}, which is ${hexadecimal(right)}; ${hexadecimal(got)} came: the bytes are swapped.`,
    hint:
      'Integers travel in network byte order (big-endian); your server sends them as this machine keeps them. ' +
      'Use htonl() in C, "!i" (not "i" or "<i") with struct in Python, ByteOrder.BIG_ENDIAN in Java.',
    focus: isCountSwapped ? 0 : 4,
  };
};

const wideIntegers: Rule = ({ count, numbers, expected }) => {
  const [first] = expected;
  if (first === undefined) return undefined;
  const isCountWide = count === 0 && numbers[0] === expected.length;
  const arePrimesWide = count === expected.length && numbers[0] === 0 && numbers[1] === first;
  if (!isCountWide && !arePrimesWide) return undefined;
  return {
    name: 'wide-integers',
    what: `${isCountWide ? 'N has' : 'the primes have'} 8 bytes instead of 4.`,
    hint: 'N and the primes are int32, 4 bytes each. Only the sum, which the client sends, is an int64.',
    focus: isCountWide ? 0 : 4,
  };
};

const countMissing: Rule = ({ bytes, expected }) => {
  const [first] = expected;
  if (first === undefined || first === expected.length || !startsWithPrimes(bytes, expected)) return undefined;
  return {
    name: 'count-missing',
    what: `N is missing, the answer begins with the first prime, ${first}.`,
    hint: 'First send N, how many primes will come, as an int32: the client reads it to know when it has all of them.',
  };
};

const shifted: Rule = (evidence) => {
  const shift = shiftOf(evidence);
  if (shift === undefined) return undefined;
  return {
    name: 'extra-bytes',
    what: `${plural(shift, 'byte')} too many came before N: ${hexOf(evidence.bytes.subarray(0, Math.min(shift, 8)))}.`,
    hint:
      'Send N and the primes, 4 bytes each, and nothing else: no newline, no zero at the end, no reply to the sum. ' +
      'Bytes behind one answer stand before the next.',
  };
};

const countSize: Rule = ({ bytes, expected }) => {
  const primes = int32Bytes(expected);
  const got = bytes.subarray(0, Math.max(0, bytes.length - primes.length));
  // Of 4 bytes it would be an N, of 8 perhaps a number too many.
  if (expected.length === 0 || got.length % COUNT_BYTES === 0) return undefined;
  if (!Buffer.from(primes).equals(bytes.subarray(got.length))) return undefined;
  const written = Buffer.from(got).toString('latin1');
  return {
    name: 'count-size',
    what:
      `the primes are right, but ${plural(got.length, 'byte')} came before them, ${hexOf(got.subarray(0, 8))}` +
      `${TEXT.test(written) ? ` (the text ${JSON.stringify(written)})` : ''}: N has ${COUNT_BYTES}.`,
    hint: 'Send N as the primes are sent: as one int32, 4 bytes, big-endian, whatever its value, and nothing after it.',
    focus: 0,
  };
};

/** By how many bytes the right answer comes too late; undefined when it isn't there. */
function shiftOf({ bytes, expected }: ReadEvidence): number | undefined {
  const answer = Buffer.from(int32Bytes([expected.length, ...expected.slice(0, 2)]));
  if (answer.length < RECOGNIZED_BYTES) return undefined;
  const at = Buffer.from(bytes.subarray(0, MAX_SHIFT + RECOGNIZED_BYTES)).indexOf(answer);
  return at > 0 ? at : undefined;
}

function startsWithPrimes(bytes: Uint8Array, expected: readonly number[]): boolean {
  const begin = int32Bytes(expected.slice(0, 2));
  return begin.every((byte, index) => byte === bytes[index]);
}

function hexadecimal(value: number): string {
  return `0x${Buffer.from(int32Bytes([value])).toString('hex')}`;
}

function swapped(value: number): number {
  return Buffer.from(int32Bytes([value])).readInt32LE();
}

/** From the most special to the most general. */
export const FORMAT_RULES: readonly Rule[] = [
  greeting,
  wideIntegers,
  shifted,
  countSize,
  byteOrder,
  countMissing,
  text,
];

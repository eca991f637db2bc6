/** Rules about what an answer says: N, and which numbers are listed in which order. */
import { isPrime } from '@concurrent-primes/sieve';
import { intervalText, plural, someOf, stopText } from '../words.ts';
import type { ReadEvidence, Rule } from './rule.ts';

const cutShort: Rule = ({ count, numbers, expected, bytes, stop, timeoutMs }) => {
  if (count !== expected.length || numbers.length >= expected.length || !isPrefix(numbers, expected)) return undefined;
  const need = 4 + 4 * expected.length;
  return {
    name: 'answer-cut-short',
    what: `N = ${count} promises ${need} bytes in all, ${stopText(bytes.length, stop, timeoutMs)}.`,
    hint:
      stop === 'silent'
        ? 'One send() may take only a part of the bytes and says how many: send the rest in a loop (sendall() in Python).'
        : 'All bytes must be sent before the socket is closed; in Node and Java, end or flush the stream before.',
    focus: bytes.length - 1,
  };
};

const wrongCount: Rule = ({ count, numbers, expected, interval }) => {
  if (count === expected.length || !isSame(numbers, expected)) return undefined;
  const came = expected.length === 0 ? 'no primes came' : `${plural(expected.length, 'prime')} came, the right ones`;
  return {
    name: 'wrong-count',
    what: `N says ${String(count)}, but ${came}.`,
    hint: `N is how many primes follow. Count exactly those that you send: ${intervalText(interval)} has ${expected.length}.`,
  };
};

const notAscending: Rule = ({ numbers, expected }) => {
  const at = numbers.findIndex((number, index) => index > 0 && number <= numbers[index - 1]!);
  if (at < 0 || !isSame(numbers.toSorted(ascending), expected)) return undefined;
  return {
    name: 'not-ascending',
    what: `all primes came, but not in order: ${numbers[at]!} stands behind ${numbers[at - 1]!}.`,
    hint: 'Primes are sent in ascending order. If several threads compute parts, put the parts in order before sending.',
    focus: focusOf(at),
  };
};

const duplicate: Rule = ({ numbers }) => {
  const at = numbers.findIndex((number, index) => index > 0 && number === numbers[index - 1]);
  if (at < 0 || numbers[at] === 0) return undefined;
  return {
    name: 'duplicate',
    what: `${numbers[at]!} came twice.`,
    hint: 'Each prime is sent once. If you cut the interval into parts, a number may belong to only one of them.',
    focus: focusOf(at),
  };
};

const outside: Rule = (evidence) => {
  const { numbers, interval } = evidence;
  const at = numbers.findIndex((number) => isPrime(number) && (number < interval[0] || number > interval[1]));
  if (at < 0) return undefined;
  return {
    name: 'outside-interval',
    what: `${numbers[at]!} is not in the interval.`,
    hint: 'The interval is closed: all primes p with a <= p <= b, and no others.',
    focus: focusOf(at),
  };
};

const notPrime: Rule = ({ numbers, expected }) => {
  const right = new Set(expected);
  const wrong = numbers.filter((number) => !right.has(number));
  const [first] = wrong;
  if (first === undefined) return undefined;
  const at = numbers.indexOf(first);
  return {
    name: 'not-a-prime',
    what: `${someOf(wrong)} ${wrong.length === 1 ? 'is no prime' : 'are no primes'}.`,
    hint: hintForComposite(first),
    focus: focusOf(at),
  };
};

const missing: Rule = ({ count, numbers, expected, interval }) => {
  const came = new Set(numbers);
  const lost = expected.filter((prime) => !came.has(prime));
  const [first] = lost;
  // Numbers that were still on their way are not missing.
  if (first === undefined || (count !== undefined && numbers.length < count)) return undefined;
  return {
    name: 'missing-prime',
    what: `${someOf(lost)} ${lost.length === 1 ? 'is' : 'are'} missing: expected ${plural(expected.length, 'prime')}, got ${numbers.length}.`,
    hint: hintForMissing(lost, interval),
    focus: focusOf(expected.indexOf(first)),
  };
};

function hintForComposite(number: number): string {
  if (number === 1) return '1 is not a prime: the first is 2.';
  if (number < 2) return 'The first prime is 2: begin there when a is smaller.';
  const root = Math.round(Math.sqrt(number));
  if (root * root === number) {
    return `${number} is ${root} times ${root}: try divisors up to and including the square root (d * d <= n, not <).`;
  }
  return 'A prime has no divisors but 1 and itself. Do you try all divisors up to and including the square root?';
}

function hintForMissing(lost: readonly number[], [a, b]: readonly [number, number]): string {
  const [first] = lost;
  if (lost.length === 1 && first === b) return 'b belongs to the interval: the loop runs while n <= b, not n < b.';
  if (lost.length === 1 && first === a) return 'a belongs to the interval: the loop begins at a.';
  if (lost.length === 1 && first === 2)
    return '2 is a prime, the only even one: a loop over odd numbers leaves it out.';
  return 'Your test for primes rejects a prime, or a number is lost where your list of primes is put together.';
}

/** The offset in the answer of the number at an index. */
function focusOf(index: number): number {
  return 4 + 4 * index;
}

function isSame(numbers: ReadEvidence['numbers'], expected: readonly number[]): boolean {
  return numbers.length === expected.length && isPrefix(numbers, expected);
}

function isPrefix(numbers: readonly number[], expected: readonly number[]): boolean {
  return numbers.every((number, index) => number === expected[index]);
}

function ascending(left: number, right: number): number {
  return left - right;
}

/** From the most special to the most general. */
export const LIST_RULES: readonly Rule[] = [cutShort, wrongCount, notAscending, duplicate, outside, notPrime, missing];

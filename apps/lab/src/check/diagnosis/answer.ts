/**
 * What is wrong with an answer: from bytes to a teacher's words.
 *
 * A wrong answer is rarely random. Bytes in the wrong order, a 64-bit N, a bound left out each leave a mark, and each
 * rule here looks for one. They are asked from the most special to the most general; the first that recognizes its mark
 * speaks, and the last always does. Rules see only data, so each has its test.
 */
import { type AnswerEvidence, readInt32, refusalName } from '@concurrent-primes/conformance';
import type { Diagnosis } from '../check-failure.ts';
import { intervalText, stopText } from '../words.ts';
import { FORMAT_RULES } from './format-rules.ts';
import { LIST_RULES } from './list-rules.ts';
import type { Rule } from './rule.ts';

/** Says what is wrong. */
export function diagnoseAnswer(evidence: AnswerEvidence): Diagnosis {
  const [count, ...numbers] = readIntegers(evidence.bytes);
  const read = { ...evidence, count, numbers };
  for (const rule of RULES) {
    const diagnosis = rule(read);
    if (diagnosis !== undefined)
      return { ...diagnosis, what: `Asked for ${intervalText(read.interval)}: ${diagnosis.what}` };
  }
  throw new Error('diagnoseAnswer: the last rule must recognize everything, it did not');
}

const silent: Rule = ({ bytes, stop, timeoutMs, expected }) => {
  if (bytes.length > 0 || stop === 'enough') return undefined;
  const what = `${stopText(0, stop, timeoutMs)}.`;
  if (stop !== 'silent') {
    return {
      name: 'closed-without-answer',
      what,
      hint:
        'Your server gave up on a legal request. Look at what it printed: often it is an exception while the 8 bytes ' +
        'are unpacked (two signed int32, big-endian), or the socket is closed before the answer is written.',
    };
  }
  if (expected.length === 0) {
    return {
      name: 'zero-not-sent',
      what,
      hint: 'Where there is no prime the answer is N = 0, and those 4 bytes must be sent like any other N.',
    };
  }
  return {
    name: 'no-answer',
    what,
    hint:
      'Your server has the whole request and still waits, or computes for too long. Does it wait for a newline, for ' +
      'more than 8 bytes, or for the client to end its sending? Does it flush its output buffer?',
  };
};

const refused: Rule = ({ count }) => {
  if (count === undefined) return undefined;
  const name = refusalName(count);
  if (name === undefined) return undefined;
  return {
    name: 'refused',
    what: `the server refused, N = ${count} (${name}).`,
    hint: 'A server may refuse when it is overloaded. Here hardly anything is asked of it: look at its limits.',
  };
};

const truncatedCount: Rule = ({ bytes, stop, timeoutMs, count }) => {
  if (count !== undefined) return undefined;
  return {
    name: 'count-cut-short',
    what: `N has 4 bytes, ${stopText(bytes.length, stop, timeoutMs)}.`,
    hint: 'Send N as one int32: 4 bytes, big-endian, whatever its value.',
  };
};

const wrong: Rule = ({ bytes, stop, timeoutMs, expected, count }) => ({
  name: 'wrong-answer',
  what: `expected N = ${expected.length}, got ${String(count)}; ${stopText(bytes.length, stop, timeoutMs)}.`,
  hint: 'Compare the bytes below with the protocol: N as int32, then N primes as int32, all big-endian.',
});

const RULES: readonly Rule[] = [silent, refused, ...FORMAT_RULES, truncatedCount, ...LIST_RULES, wrong];

function readIntegers(bytes: Uint8Array): number[] {
  return Array.from({ length: Math.floor(bytes.length / 4) }, (_, index) => readInt32(bytes, index * 4));
}

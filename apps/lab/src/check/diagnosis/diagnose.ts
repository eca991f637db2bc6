/** From a failed case to a diagnosis: what was seen, in words, and what it probably means. */
import {
  type CaseFailure,
  COUNT_BYTES,
  type Evidence,
  PRIME_BYTES,
  readInt32,
  refusalName,
} from '@concurrent-primes/conformance';
import { CheckFailure, CheckSkipped, type Diagnosis } from '../check-failure.ts';
import { hexOf } from '../transcript.ts';
import { intervalText, plural, secondsText, stopText } from '../words.ts';
import { diagnoseAnswer } from './answer.ts';
import { EXPLANATIONS, HINT_AFTER_MISBEHAVING, NO_WIDE_INTERVAL } from './explanations.ts';

/**
 * Says what is wrong.
 *
 * @returns the failure with its diagnosis; a skip where being slow, or refusing what is wide, is no mistake
 */
export function diagnose({ evidence, peer, witnesses }: CaseFailure): CheckFailure | CheckSkipped {
  const diagnosis = diagnosisOf(evidence);
  return typeof diagnosis === 'string'
    ? new CheckSkipped(`because ${diagnosis}`)
    : new CheckFailure(diagnosis, peer, witnesses);
}

function diagnosisOf(evidence: Evidence): Diagnosis | string {
  switch (evidence.kind) {
    case 'answer': {
      const general = diagnoseAnswer(evidence);
      const { situation, interval } = evidence;
      if (situation === undefined) return general;
      if (NO_WIDE_INTERVAL.has(situation.name) && general.name === 'refused') {
        return refusal(interval, readInt32(evidence.bytes));
      }
      return EXPLANATIONS[situation.name]?.(evidence, general, situation) ?? general;
    }
    case 'extra-bytes':
      return {
        name: 'extra-bytes',
        what: `After the whole answer the server sent ${plural(evidence.count, 'byte')} more that nobody had asked for.`,
        hint:
          'Send N and the primes, 4 bytes each, and nothing else: no newline, no zero at the end, no reply to the sum. ' +
          'Check that you send as many bytes as the data has, not as the buffer has.',
      };
    case 'never-closes':
      return {
        name: 'never-closes',
        what: `The client ended its sending after its exchange; ${stopText(0, 'silent', evidence.timeoutMs)}, and did not close.`,
        hint:
          'recv() returns 0 (b"" in Python) when the client has ended: leave the loop and close the socket. ' +
          'Sockets that stay open use up the descriptors of your process.',
      };
    case 'no-greeting': {
      const { bytes, stop, timeoutMs } = evidence;
      const got = bytes.length === 0 ? stopText(0, stop, timeoutMs) : `the server sent ${hexOf(bytes)}`;
      return {
        name: 'no-greeting',
        what: `A client that had just connected waited for x (78): ${got}.`,
        hint: 'In the greeting dialect the server sends x as soon as it has accepted a client, before any request.',
      };
    }
    case 'not-accepted': {
      const { situation, code } = evidence;
      const when = situation.name === 'while-misbehaving' ? 'While' : 'After';
      return {
        name: 'not-accepted',
        what: `${when} a misbehaving client (it ${situation.how ?? ''}), a good client could not connect: ${code}.`,
        hint: HINT_AFTER_MISBEHAVING,
      };
    }
    case 'long-count':
      return longCount(evidence);
    case 'long-cut-short': {
      const { interval, count, bytesRead, stop, timeoutMs } = evidence;
      const came = stopText(bytesRead, stop, timeoutMs);
      return {
        name: 'answer-cut-short',
        what: `Asked for ${intervalText(interval)}: N = ${count} promises ${COUNT_BYTES + PRIME_BYTES * count} bytes; ${came}.`,
        hint:
          'One send() may take only a part of the bytes, and says how many; non-blocking sockets may take none (EAGAIN). ' +
          'Remember where you are and send the rest.',
      };
    }
    case 'long-wrong': {
      const { interval, index, expected, got } = evidence;
      return {
        name: 'wrong-answer',
        what: `Asked for ${intervalText(interval)}: number ${index + 1} should be ${expected}, got ${got}.`,
        hint:
          'Short answers are right, so look for what changes with the length: bytes lost or sent twice when send() took only a ' +
          'part, a buffer that is used again too early, an index that is too small.',
        focus: COUNT_BYTES + PRIME_BYTES * index,
      };
    }
  }
}

function longCount(evidence: Extract<Evidence, { kind: 'long-count' }>): Diagnosis | string {
  const { interval, count, bytes, stop, timeoutMs } = evidence;
  const got = bytes.length === COUNT_BYTES ? readInt32(bytes) : undefined;
  if (bytes.length === 0 && stop === 'silent') {
    return `the server needs more than ${secondsText(timeoutMs)} for ${intervalText(interval)} (see --timeout)`;
  }
  if (got !== undefined && refusalName(got) !== undefined) return refusal(interval, got);
  const came = got === undefined ? stopText(bytes.length, stop, timeoutMs) : `got ${got}`;
  return {
    name: 'wrong-count',
    what: `Asked for ${intervalText(interval)}: expected N = ${count}; ${came}.`,
    hint: 'Count all primes of the interval before N is sent; no array or counter may be too small for that many.',
  };
}

function refusal(interval: readonly [number, number], count: number): string {
  return `the server refuses ${intervalText(interval)} (N = ${count})`;
}

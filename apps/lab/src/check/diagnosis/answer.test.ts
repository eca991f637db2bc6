import { int32Bytes, type Stop } from '@concurrent-primes/conformance';
import { describe, expect, it } from 'vitest';
import { diagnoseAnswer } from './answer.ts';

const EXPECTED = [101, 103, 107, 109, 113];

function answer(count: number, numbers: readonly number[]): Buffer {
  return Buffer.from(int32Bytes([count, ...numbers]));
}

function diagnose(bytes: Uint8Array, stop: Stop = 'silent', expected: readonly number[] = EXPECTED) {
  return diagnoseAnswer({ interval: [100, 120], expected, bytes, stop, timeoutMs: 5000 });
}

const RIGHT = answer(5, EXPECTED);

// The common mistakes are made by the broken servers; here stand those that need no server of their own.
describe('diagnoseAnswer()', () => {
  it.each<[string, Buffer, Stop, string, string]>([
    ['nothing came', RIGHT.subarray(0, 0), 'silent', 'no-answer', 'the server sent nothing for 5 s'],
    [
      'it closed',
      RIGHT.subarray(0, 0),
      'end',
      'closed-without-answer',
      'closed the connection before it had sent anything',
    ],
    ['it reset', RIGHT.subarray(0, 0), 'reset', 'closed-without-answer', 'reset the connection before'],
    [
      'N is cut',
      RIGHT.subarray(0, 3),
      'end',
      'count-cut-short',
      'N has 4 bytes, the server closed the connection after 3 bytes',
    ],
    ['primes are cut', RIGHT.subarray(0, 10), 'silent', 'answer-cut-short', 'N = 5 promises 24 bytes in all'],
    ['a prime comes twice', answer(6, [101, 103, 103, 107, 109, 113]), 'silent', 'duplicate', '103 came twice'],
    ['a prime is not in it', answer(6, [97, ...EXPECTED]), 'silent', 'outside-interval', '97 is not in the interval'],
    ['a number is composite', answer(6, [101, 103, 107, 109, 111, 113]), 'silent', 'not-a-prime', '111 is no prime'],
    [
      'there are bytes before N',
      Buffer.concat([Buffer.from('\r\n'), RIGHT]),
      'silent',
      'extra-bytes',
      '2 bytes too many came before N: 0d 0a',
    ],
    [
      'x comes before N',
      Buffer.concat([Buffer.from('x'), RIGHT]),
      'silent',
      'unexpected-greeting',
      'a byte x (78) came before N',
    ],
    [
      'primes have 8 bytes',
      answer(
        5,
        EXPECTED.flatMap((prime) => [0, prime]),
      ),
      'enough',
      'wide-integers',
      'the primes have 8 bytes',
    ],
    [
      'N is text',
      Buffer.concat([Buffer.from('5\n'), RIGHT.subarray(4)]),
      'silent',
      'count-size',
      '2 bytes came before them, 35 0a (the text "5\\n"): N has 4',
    ],
    [
      'N is a byte',
      Buffer.concat([Buffer.of(5), RIGHT.subarray(4)]),
      'silent',
      'count-size',
      '1 byte came before them, 05: N has 4',
    ],
    [
      'nothing fits',
      answer(7, [101]),
      'end',
      'wrong-answer',
      'expected N = 5, got 7; the server closed the connection after 8 bytes',
    ],
  ])('recognizes that %s', (_, bytes, stop, name, what) => {
    const diagnosis = diagnose(bytes, stop);
    expect(diagnosis.name).toBe(name);
    expect(diagnosis.what).toContain(`Asked for [100, 120]: `);
    expect(diagnosis.what).toContain(what);
    expect(diagnosis.hint).toMatch(/[.?]$/);
  });

  it('points at the byte that shows it', () => {
    expect(diagnose(answer(5, [101, 103, 109, 107, 113])).focus).toBe(4 + 4 * 3);
    expect(diagnose(answer(4, [101, 103, 107, 113])).focus).toBe(4 + 4 * 3);
  });

  it('says N = 0 where nothing came and nothing was to come but N', () => {
    expect(diagnose(Buffer.alloc(0), 'silent', []).name).toBe('zero-not-sent');
  });

  it('does not take numbers for missing that may still be on their way', () => {
    expect(diagnose(answer(4, [101, 103]), 'enough').name).toBe('wrong-answer');
  });
});

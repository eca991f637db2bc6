import { int32Bytes } from '@concurrent-primes/conformance';
import { describe, expect, it } from 'vitest';
import { Transcript } from './transcript.ts';

const PRIMES = Array.from({ length: 40 }, (_, index) => 2 * index + 1);
const ANSWER = Buffer.concat([int32Bytes([PRIMES.length]), int32Bytes(PRIMES)]);

/** A line in short. */
function text(transcript: Transcript, focus?: number): string[] {
  return transcript.lines(focus).map(({ from, hex, meaning }) => `${from}|${hex}|${meaning}`);
}

describe('Transcript', () => {
  it('lays an answer out as N and primes, however it came', () => {
    for (const size of [1, 3, 4, 5, 8, 20]) {
      const transcript = new Transcript();
      transcript.awaitAnswer();
      const bytes = ANSWER.subarray(0, 20);
      for (let at = 0; at < bytes.length; at += size) transcript.received(bytes.subarray(at, at + size));
      expect(text(transcript)).toEqual([
        'server|00 00 00 28|N = 40',
        'server|00 00 00 01 00 00 00 03|1, 3',
        'server|00 00 00 05 00 00 00 07|5, 7',
      ]);
    }
  });

  it('shows the beginning of much, and what surrounds the focus', () => {
    const transcript = new Transcript();
    transcript.awaitAnswer();
    transcript.received(ANSWER);
    expect(text(transcript, 4 + 4 * 20)).toEqual([
      'server|00 00 00 28|N = 40',
      'server|00 00 00 01 00 00 00 03|1, 3',
      'server|00 00 00 05 00 00 00 07|5, 7',
      'server|00 00 00 09 00 00 00 0b|9, 11',
      'server|00 00 00 0d 00 00 00 0f|13, 15',
      'server|00 00 00 11 00 00 00 13|17, 19',
      'server||(32 more bytes)',
      'server|00 00 00 25 00 00 00 27|37, 39',
      'server|00 00 00 29 00 00 00 2b|41, 43',
      'server|00 00 00 2d 00 00 00 2f|45, 47',
      'server||(64 more bytes)',
    ]);
  });

  it('says when an integer is not whole, and when nobody has asked', () => {
    const transcript = new Transcript();
    transcript.awaitAnswer();
    transcript.received(Uint8Array.of(0, 0));
    transcript.event('client', 'ends its sending (FIN)');
    transcript.received(Uint8Array.of(0, 1, 0, 0, 0, 2, 0));
    transcript.awaitNothing();
    transcript.received(Uint8Array.of(10));
    expect(text(transcript)).toEqual([
      'server|00 00|part of an integer',
      'client||ends its sending (FIN)',
      'server|00 01|part of an integer',
      'server|00 00 00 02 00|2, and part of another',
      'server|0a|unasked',
    ]);
  });

  it('names a refusal', () => {
    const transcript = new Transcript();
    transcript.awaitAnswer();
    transcript.received(int32Bytes([-4]));
    expect(text(transcript)).toEqual(['server|ff ff ff fc|N = -4: refused, too-wide']);
  });

  it('begins again with each answer', () => {
    const transcript = new Transcript();
    for (const count of [0, 0]) {
      transcript.awaitAnswer();
      transcript.received(int32Bytes([count]));
    }
    expect(text(transcript)).toEqual(['server|00 00 00 00|N = 0', 'server|00 00 00 00|N = 0']);
  });

  it('cuts what a client sends into lines, and leaves out the rest of much', () => {
    const transcript = new Transcript();
    transcript.sent(new Uint8Array(12), 'twelve');
    transcript.sent(new Uint8Array(40), 'forty');
    const line = Array.from({ length: 8 }, () => '00').join(' ');
    expect(text(transcript)).toEqual([
      `client|${line}|twelve`,
      'client|00 00 00 00|',
      `client|${line}|forty`,
      ...[`client|${line}|`, `client|${line}|`, `client|${line}|`],
      'client||(8 more bytes)',
    ]);
  });

  it('keeps the last of many lines', () => {
    const transcript = new Transcript();
    for (let line = 0; line < 100; line++) transcript.event('', `line ${line}`);
    const lines = text(transcript);
    expect(lines).toHaveLength(31);
    expect(lines[0]).toBe('||(70 earlier lines left out)');
    expect(lines.at(-1)).toBe('||line 99');
  });
});

import { describe, expect, it } from 'vitest';
import { renderAnswer } from './formats.ts';

describe('renderAnswer()', () => {
  it.each([
    ['text', '4\n'],
    ['csv', 'a,b,count\n0,10,4\n'],
    ['json', '{"a":0,"b":10,"count":4}\n'],
  ] as const)('writes a record as %s', (format, text) => {
    expect(renderAnswer({ a: 0, b: 10, count: 4 }, format)).toBe(text);
  });

  it('writes a bigint whole', () => {
    const sum = 109_930_816_131_860_852n;
    expect(renderAnswer({ sum }, 'text')).toBe('109930816131860852\n');
    expect(renderAnswer({ sum }, 'json')).toBe('{"sum":"109930816131860852"}\n');
  });
});

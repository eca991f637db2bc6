import { describe, expect, it } from 'vitest';
import { whyNoProc, whyNoProgram, whyTooFewDescriptors } from './requirements.ts';

describe('whyNoProc()', () => {
  it('names the system that has no /proc', () => {
    expect(whyNoProc('darwin')).toBe('needs Linux (/proc), this is darwin');
    expect(whyNoProc('linux')).toBeUndefined();
  });
});

describe.skipIf(whyNoProc() !== undefined)('whyTooFewDescriptors()', () => {
  const limits = (hard: string): string =>
    `Limit  Soft  Hard  Units\nMax open files            1024     ${hard}    files\n`;

  it('compares with the hard limit', () => {
    expect(whyTooFewDescriptors(5000, () => limits('4096'))).toBe(
      'needs 5000 open files in a process (ulimit -Hn), 4096 are allowed',
    );
    expect(whyTooFewDescriptors(4096, () => limits('4096'))).toBeUndefined();
    expect(whyTooFewDescriptors(1e9, () => limits('unlimited'))).toBeUndefined();
  });
});

describe('whyNoProgram()', () => {
  it('is undefined for a program that works, and says why another one does not', () => {
    expect(whyNoProgram('true', [])).toBeUndefined();
    expect(whyNoProgram('no-such-program', [])).toMatch(/^no-such-program is missing or not permitted: .*ENOENT/);
  });
});

import { describe, expect, it } from 'vitest';
import { parseCpuMs, parseMemory, untilIdle, whyNoProc, whyTooFewDescriptors } from './proc.ts';

describe('parseCpuMs()', () => {
  it('adds user and system time, whatever the name of the process is', () => {
    const stat = '42 (a ) b) S 1 42 42 0 -1 4194560 100 0 0 0 150 25 7 7 20 0 4 0 100 1000 200';
    expect(parseCpuMs(stat)).toBe(1750);
  });

  it('throws when there are no times', () => {
    expect(() => parseCpuMs('42 (x) S 1')).toThrow(RangeError);
  });
});

describe('parseMemory()', () => {
  const status = 'Name:\tnode\nVmPeak:\t  900 kB\nVmHWM:\t   300 kB\nVmRSS:\t   200 kB\nThreads:\t7\n';

  it('reads what is resident, and its peak', () => {
    expect(parseMemory(status)).toEqual({ rssBytes: 204_800, peakRssBytes: 307_200 });
  });

  it('throws when one is missing', () => {
    expect(() => parseMemory(status.replace('VmHWM', 'VmX'))).toThrow('VmHWM must be there');
  });
});

describe('untilIdle()', () => {
  it('waits until two readings hardly differ', async () => {
    const readings = [0, 150, 300, 310, 900];
    let calls = 0;
    await untilIdle(1, () => readings[calls++]!);
    expect(calls).toBe(4);
  });
});

describe('whyNoProc()', () => {
  it('names the system that has no /proc', () => {
    expect(whyNoProc('darwin')).toBe('needs Linux (/proc), this is darwin');
    expect(whyNoProc('linux')).toBeUndefined();
  });
});

describe.skipIf(whyNoProc() !== undefined)('whyTooFewDescriptors()', () => {
  const limits = (hard: string): string =>
    `Limit  Soft  Hard  Units\nMax open files            1024     ${hard}    files\n`;

  it('asks for what the hard limit allows', () => {
    expect(whyTooFewDescriptors(5000, () => limits('4096'))).toBe(
      'needs 5000 open files in a process (ulimit -Hn), 4096 are allowed',
    );
    expect(whyTooFewDescriptors(4096, () => limits('4096'))).toBeUndefined();
    expect(whyTooFewDescriptors(1e9, () => limits('unlimited'))).toBeUndefined();
  });
});

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it, vi } from 'vitest';
import {
  isBusy,
  membersOf,
  parseCpuMs,
  parseMemory,
  readCpuMs,
  readMemory,
  sampleProcesses,
  untilIdle,
} from './proc-readings.ts';

/** No process has it: the kernel's limit is 2^22. */
const NO_PID = 2 ** 22 + 1;

describe('sampleProcesses()', () => {
  it('reads this process', () => {
    const before = sampleProcesses([process.pid])!;
    const until = performance.now() + 60;
    while (performance.now() < until);
    const after = sampleProcesses([process.pid])!;
    expect(after.userMs + after.systemMs).toBeGreaterThan(before.userMs + before.systemMs);
    expect(after.rssBytes / process.memoryUsage.rss()).toBeCloseTo(1, 0);
    expect(after.peakRssBytes).toBeGreaterThanOrEqual(after.rssBytes * 0.9);
    expect(after.threads).toBeGreaterThan(1);
    expect(after.descriptors).toBeGreaterThan(3);
    expect(after.voluntarySwitches).toBeGreaterThan(0);
  });

  it('sums processes, and leaves out those that have ended', () => {
    const one = sampleProcesses([process.pid])!;
    expect(sampleProcesses([process.pid, process.pid])!.threads).toBe(2 * one.threads);
    expect(sampleProcesses([process.pid, NO_PID])!.threads).toBe(one.threads);
    expect(sampleProcesses([NO_PID])).toBeUndefined();
  });
});

describe('membersOf()', () => {
  it('is empty for a group without processes', () => {
    expect(membersOf(NO_PID)).toEqual([]);
  });
});

describe('isBusy()', () => {
  it('is true for a process that computes, and false for one that waits or has ended', async () => {
    expect(isBusy([process.pid])).toBe(true);
    const sleeper = spawn('sleep', ['60']);
    await vi.waitFor(() => {
      expect(isBusy([sleeper.pid!])).toBe(false);
    }, 20_000);
    sleeper.kill('SIGKILL');
    await once(sleeper, 'close');
    expect(isBusy([sleeper.pid!])).toBe(false);
  });
});

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
  it('waits until two readings differ little', async () => {
    const readings = [0, 150, 300, 310, 900];
    let calls = 0;
    await untilIdle(1, () => readings[calls++]!);
    expect(calls).toBe(4);
  });
});

describe('readCpuMs() and readMemory()', () => {
  it('read this process', () => {
    expect(readCpuMs(process.pid)).toBeGreaterThan(0);
    const { rssBytes, peakRssBytes } = readMemory(process.pid);
    expect(peakRssBytes).toBeGreaterThanOrEqual(rssBytes * 0.9);
  });
});

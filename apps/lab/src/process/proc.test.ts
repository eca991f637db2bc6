import { eventually } from '@concurrent-primes/fixtures';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { isBusy, membersOf, sampleProcesses } from './proc.ts';

/** No process has it: the kernel's limit is 2^22. */
const NO_PID = 2 ** 22 + 1;

describe('sampleProcesses()', () => {
  it('tells what this process uses', () => {
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

  it('adds up processes, and leaves out those that have ended', () => {
    const one = sampleProcesses([process.pid])!;
    expect(sampleProcesses([process.pid, process.pid])!.threads).toBe(2 * one.threads);
    expect(sampleProcesses([process.pid, NO_PID])!.threads).toBe(one.threads);
    expect(sampleProcesses([NO_PID])).toBeUndefined();
  });
});

describe('membersOf()', () => {
  it('is empty for a group that nobody is in', () => {
    expect(membersOf(NO_PID)).toEqual([]);
  });
});

describe('isBusy()', () => {
  it('is true for a process that computes, and false for one that waits or has ended', async () => {
    expect(isBusy([process.pid])).toBe(true);
    const sleeper = spawn('sleep', ['60']);
    await eventually(() => {
      expect(isBusy([sleeper.pid!])).toBe(false);
    });
    sleeper.kill('SIGKILL');
    await once(sleeper, 'close');
    expect(isBusy([sleeper.pid!])).toBe(false);
  });
});

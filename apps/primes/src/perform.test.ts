import { countPrimes, MAX_INT32, SEGMENT_SPAN } from '@concurrent-primes/sieve';
import { describe, expect, it } from 'vitest';
import type { JobName } from './jobs.ts';
import { perform, usefulThreads } from './perform.ts';
import type { Interval } from './pieces.ts';

const WIDE: Interval = [1_000_000_000, 1_000_000_000 + 5 * SEGMENT_SPAN];

async function bytesOf(name: 'lines' | 'int32be', interval: Interval, threads: number): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const { result } of perform(name, interval, threads)) parts.push(result);
  return Buffer.concat(parts);
}

describe('perform()', () => {
  it.each([1, 2, 3])('gives the results of all pieces in order by %i threads', async (threads) => {
    const pieces: Interval[] = [];
    let next = WIDE[0];
    let primes = 0;
    for await (const { interval, result } of perform('int32be', WIDE, threads)) {
      expect(interval[0]).toBe(next);
      next = interval[1] + 1;
      pieces.push(interval);
      primes += result.length / 4;
      expect(new DataView(result.buffer).getInt32(0)).toBeGreaterThanOrEqual(interval[0]);
    }
    expect(pieces).toHaveLength(6);
    expect(next).toBe(WIDE[1] + 1);
    expect(primes).toBe(countPrimes(...WIDE));
  });

  it('gives the same bytes by one thread and by two', async () => {
    // equals(), because toEqual() takes seconds for megabytes.
    expect((await bytesOf('lines', WIDE, 2)).equals(await bytesOf('lines', WIDE, 1))).toBe(true);
  });

  it.each([1, 2])('gives nothing for an empty interval by %i threads', async (threads) => {
    expect(await bytesOf('int32be', [3, 2], threads)).toHaveLength(0);
  });

  it('ends its threads when the loop is left early', async () => {
    for await (const { result } of perform('int32be', [0, MAX_INT32], 2)) {
      expect(result.length).toBeGreaterThan(0);
      break;
    }
    // Threads that still ran would keep the process of this test alive, and have 2,000 segments ahead of them.
    expect(process.getActiveResourcesInfo()).not.toContain('MessagePort');
  });

  it.each([1, 2])('throws the error of a job with %i threads', async (threads) => {
    await expect(bytesOf('lines', [2 ** 31 - 10, 2 ** 31], threads)).rejects.toThrow(RangeError);
  });
});

describe('usefulThreads()', () => {
  it.each<[JobName, Interval, number, number]>([
    ['lines', [0, 255 * SEGMENT_SPAN], 8, 1],
    ['lines', [0, 256 * SEGMENT_SPAN], 8, 2],
    ['list', [-MAX_INT32, 256 * SEGMENT_SPAN], 8, 2],
    ['lines', [0, MAX_INT32], 8, 8],
    ['lines', [0, MAX_INT32], 1, 1],
    ['lines', [-MAX_INT32, 1000], 8, 1],
    ['lines', [5, 4], 8, 1],
    ['int32be', [0, MAX_INT32], 8, 1],
  ])('for %s in %j and %i wanted is %i', (name, interval, wanted, useful) => {
    expect(usefulThreads(name, interval, wanted)).toBe(useful);
  });
});

import { describe, expect, it } from 'vitest';
import { Histogram } from './histogram.ts';
import { synRetries } from './syn-retries.ts';

function retriesIn(...timesMs: readonly number[]): number {
  const connect = new Histogram();
  for (const timeMs of timesMs) connect.record(timeMs);
  return synRetries(connect.encode());
}

/** Times spread evenly, as those of a client or a network that is just slow. */
function evenly(count: number, fromMs: number, toMs: number): number[] {
  return Array.from({ length: count }, (_, i) => fromMs + ((toMs - fromMs) * i) / count);
}

describe('synRetries()', () => {
  const fast = evenly(1000, 0.02, 30);

  it('counts connections that took a second, three, or seven', () => {
    expect(retriesIn(...fast, 996, 1004, 1030, 1250, 3010, 7040)).toBe(6);
  });

  it('counts those of a kernel that tries again each second', () => {
    expect(retriesIn(...fast, 1008, 2016, 3024, 4032)).toBe(4);
  });

  it('bears a few others', () => {
    expect(retriesIn(...fast, ...evenly(20, 1005, 1100), 700, 1600)).toBe(20);
  });

  it.each<[string, readonly number[]]>([
    ['all are fast', fast],
    ['two are no cluster', [...fast, 1010, 1012]],
    ['the slow ones lie anywhere', evenly(1000, 1, 5000)],
    ['all are as slow as a slow network', evenly(100, 400, 900)],
    ['the client stood still', [...fast, ...evenly(50, 1300, 1900)]],
    ['there are none', []],
  ])('finds none when %s', (_, timesMs) => {
    expect(retriesIn(...timesMs)).toBe(0);
  });
});

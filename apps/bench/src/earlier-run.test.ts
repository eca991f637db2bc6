import { describe, expect, it } from 'vitest';
import type { Goal } from './benchmark.ts';
import { compareReports, renderComparison } from './earlier-run.ts';
import type { MetricName } from './metrics.ts';
import { summarize } from '@concurrent-primes/harness';
import type { EarlierReport } from './report-json.ts';
import type { Contestant, Verdict } from './benchmark-verdict.ts';

interface RowParts {
  what?: string;
  metric?: MetricName;
  kind?: Goal['kind'];
  ours?: readonly number[];
  peer?: readonly number[];
  measured?: number | undefined;
}

function row({ what = 'a row', metric = 'elapsedMs', kind = 'value', ours = [], peer, measured }: RowParts): Verdict {
  const contestant = (name: string, samples: readonly number[]): Contestant => ({
    name,
    samples,
    ...(samples.length > 0 && { summary: summarize(samples) }),
  });
  return {
    what,
    metric,
    goal: { kind },
    ours: contestant('ours', ours),
    ...(peer && { peer: contestant('peer', peer) }),
    ...(measured !== undefined && { measured }),
  };
}

function report(rows: Verdict[], benchmark = 'test'): EarlierReport {
  return { benchmark, rows } as unknown as EarlierReport;
}

const lossesOf = (before: RowParts, now: RowParts): number =>
  compareReports([report([row(before)])], [report([row(now)])]).losses.length;

describe('compareReports()', () => {
  it('finds a loss when a row is worse by more than both spreads', () => {
    const before = { ours: [100, 98, 102], measured: 100 }; // spread 4 %
    expect(lossesOf(before, { ours: [109, 108, 110], measured: 109 })).toBe(1); // 9 % worse, spread 2 %
    expect(lossesOf(before, { ours: [109, 106, 112], measured: 109 })).toBe(0); // 9 % worse, spread 6 %
    expect(lossesOf(before, { ours: [91, 90, 92], measured: 91 })).toBe(0); // better
  });

  it('finds no loss below 5 %', () => {
    expect(lossesOf({ ours: [100, 100], measured: 100 }, { ours: [104.9, 104.9], measured: 104.9 })).toBe(0);
    expect(lossesOf({ ours: [100, 100], measured: 100 }, { ours: [105.1, 105.1], measured: 105.1 })).toBe(1);
  });

  it('takes the spread of a ratio from the ratios of the rounds, which a bad minute does not change', () => {
    const before = { kind: 'ratio' as const, ours: [10, 20, 40], peer: [10, 20, 40], measured: 1 };
    const now = { kind: 'ratio' as const, ours: [11, 44, 22], peer: [10, 40, 20], measured: 1.1 };
    expect(lossesOf(before, now)).toBe(1);
  });

  it.each<[Goal['kind'], MetricName, 'lower' | 'higher']>([
    ['value', 'p99Ms', 'lower'],
    ['value', 'requestsPerSecond', 'higher'],
    ['ratio', 'cpuPerRequestMs', 'lower'],
    ['ratio', 'bytesPerSecond', 'higher'],
    ['speedup', 'elapsedMs', 'higher'],
    ['speedup', 'requestsPerSecond', 'lower'],
  ])('knows that a %s of %s is better %s', (kind, metric, better) => {
    const [small, large] = [
      { kind, metric, ours: [1, 1], peer: [1, 1], measured: 1 },
      { kind, metric, ours: [1, 1], peer: [1, 1], measured: 2 },
    ];
    expect(lossesOf(small, large)).toBe(better === 'lower' ? 1 : 0);
    expect(lossesOf(large, small)).toBe(better === 'lower' ? 0 : 1);
  });

  it('finds no loss in a share of the machine', () => {
    const { compared, losses } = compareReports(
      [report([row({ metric: 'clientShare', ours: [1, 1], measured: 0.1 })])],
      [report([row({ metric: 'clientShare', ours: [1, 1], measured: 0.9 })])],
    );
    expect([compared, losses]).toEqual([0, []]);
  });

  it('does not compare rows of one round, whose noise is unknown', () => {
    const once = { ours: [1], measured: 1 };
    const twice = { ours: [9, 9], measured: 9 };
    expect(compareReports([report([row(once)])], [report([row(twice)])])).toMatchObject({ compared: 0, losses: [] });
    const line = { kind: 'line' as const, metric: 'cpuPerRequestMs' as const, ours: [1, 1], measured: 0.9 };
    expect(compareReports([report([row(line)])], [report([row(line)])])).toMatchObject({ compared: 0 });
  });

  it('lists rows that have no value any more, of the benchmarks that were run', () => {
    const before = [report([row({ what: 'x', measured: 1 })]), report([row({ what: 'y', measured: 1 })], 'other')];
    const { compared, losses, gone } = compareReports(before, [report([row({ what: 'x' })])]);
    expect([compared, losses, gone]).toEqual([0, [], ['test: x (ours)']]);
  });

  it('tells rows apart that differ in their peers only', () => {
    const before = [report([row({ ours: [1, 1], peer: [1, 1], measured: 1 }), row({ ours: [1, 1], measured: 9 })])];
    const now = [report([row({ ours: [1, 1], measured: 9 }), row({ ours: [1, 1], peer: [1, 1], measured: 1 })])];
    expect(compareReports(before, now)).toMatchObject({ compared: 2, losses: [], gone: [] });
  });
});

describe('compareReports() of two machines', () => {
  it('lists differences between the environments', () => {
    const on = (node: string, cores: number): EarlierReport =>
      ({
        ...report([]),
        environment: { cpu: 'Abacus', cores, memoryBytes: 1, os: 'L', node },
      }) as unknown as EarlierReport;
    expect(compareReports([on('24.1.0', 2)], [on('24.2.0', 2)]).differences).toEqual(['node 24.1.0 then, 24.2.0 now']);
    expect(compareReports([on('24.1.0', 2)], [on('24.1.0', 2)]).differences).toEqual([]);
  });
});

describe('renderComparison()', () => {
  it('writes each loss with the noise', () => {
    const losses = [{ row: 'test: a row (ours)', before: 1.0234, now: 1.31, loss: 0.28, noise: 0.09 }];
    expect(
      renderComparison({ compared: 31, losses, gone: ['test: x (ours)'], differences: ['cores 2 then, 4 now'] }),
    ).toBe(
      `1 of 31 rows have lost beyond the noise
LOST test: a row (ours): 1.02 then, 1.31 now, 28 % worse; noise 9 %
no longer measured: test: x (ours)
not the same: cores 2 then, 4 now
`,
    );
  });
});

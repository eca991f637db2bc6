import { describe, expect, it } from 'vitest';
import { type Report, renderJson, renderText } from './report.ts';

const REPORT: Report = {
  benchmark: 'test',
  quick: false,
  rounds: 3,
  environment: {
    cpu: 'Abacus 2',
    cores: 2,
    loadBefore: 0.123,
    memoryBytes: 8e9,
    arch: 'x64',
    os: 'Linux 6.1',
    node: '24.21.0',
    v8: '13.6',
    commit: 'abcdef0',
    flags: [],
  },
  versions: { sieve: '1.2.3', primesieve: '11.0' },
  rows: [
    {
      what: 'count',
      goal: { kind: 'ratio', atMost: 0.75 },
      ours: { name: 'sieve', samplesMs: [156.04, 155, 160], summaryMs: { median: 156.04, min: 155, max: 160 } },
      peer: { name: 'primesieve', samplesMs: [224], summaryMs: { median: 224, min: 224, max: 224 } },
      measured: 0.6966,
      met: true,
    },
    {
      what: 'count little',
      goal: { kind: 'ratio' },
      ours: { name: 'sieve', samplesMs: [0.012], summaryMs: { median: 0.012, min: 0.0115, max: 0.1 } },
      peer: { name: 'libprimesieve', samplesMs: [], missing: 'no compiler: install g++' },
    },
    {
      what: 'sum',
      goal: { kind: 'rate', atLeast: 15e9, billion: 'GB', unitsPerSample: 1e9 },
      ours: { name: 'sieve', samplesMs: [100], summaryMs: { median: 100, min: 100, max: 100 } },
      measured: 10e9,
      met: false,
    },
    {
      what: 'first',
      goal: { kind: 'time', atMostMs: 20 },
      ours: { name: 'sieve', samplesMs: [17], summaryMs: { median: 17, min: 17, max: 17 } },
      measured: 17,
      met: true,
    },
    {
      what: 'two threads',
      goal: { kind: 'speedup', atLeast: 1.9 },
      ours: { name: 'two', samplesMs: [10], summaryMs: { median: 10, min: 10, max: 10 } },
      peer: { name: 'one', samplesMs: [19.5], summaryMs: { median: 19.5, min: 19.5, max: 19.5 } },
      measured: 1.95,
      met: true,
    },
  ],
};

describe('renderText()', () => {
  it('writes a table with goal, figure and verdict, and where it was taken', () => {
    expect(renderText(REPORT)).toBe(
      `what          ours                   peer               measured       goal
count         156 ms (155 to 160)    primesieve 224 ms  ratio 0.70     ≤ 0.75       met
count little  12.0 µs (11.5 to 100)  libprimesieve      not available
sum           100 ms                                    10.0 GB/s      ≥ 15.0 GB/s  NOT MET
first         17.0 ms                                   17.0 ms        ≤ 20 ms      met
two threads   10.0 ms                one 19.5 ms        1.95 times     ≥ 1.9        met

test: medians of up to 3 rounds in turns (least to greatest)
Abacus 2, 2 cores, load 0.12 before; Linux 6.1; Node 24.21.0; commit abcdef0
sieve 1.2.3, primesieve 11.0
not available: libprimesieve: no compiler: install g++
`,
    );
  });

  it('warns of the figures of a smoke run', () => {
    expect(renderText({ ...REPORT, quick: true })).toMatch(/^A smoke run: these figures mean nothing\.\n\nwhat /);
  });
});

describe('renderJson()', () => {
  it('keeps all samples', () => {
    expect(JSON.parse(renderJson([REPORT]))).toEqual([REPORT]);
  });
});

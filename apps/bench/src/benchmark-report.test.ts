import { describe, expect, it } from 'vitest';
import { type Report, renderText } from './benchmark-report.ts';
import { parseReports, renderJson } from './report-json.ts';

const REPORT: Report = {
  benchmark: 'test',
  quick: false,
  rounds: 3,
  elapsedMs: 61_200,
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
      metric: 'elapsedMs',
      goal: { kind: 'ratio', atMost: 0.75 },
      ours: { name: 'sieve', samples: [156.04, 155, 160], summary: { median: 156.04, min: 155, max: 160 } },
      peer: { name: 'primesieve', samples: [224], summary: { median: 224, min: 224, max: 224 } },
      measured: 0.6966,
      met: true,
    },
    {
      what: 'count little',
      metric: 'elapsedMs',
      goal: { kind: 'ratio' },
      ours: { name: 'sieve', samples: [0.012], summary: { median: 0.012, min: 0.0115, max: 0.1 } },
      peer: { name: 'libprimesieve', samples: [], missing: 'no compiler: install g++' },
    },
    {
      what: 'sum',
      metric: 'bytesPerSecond',
      goal: { kind: 'value', atLeast: 15e9 },
      ours: { name: 'sieve', samples: [10e9], summary: { median: 10e9, min: 10e9, max: 10e9 } },
      measured: 10e9,
      met: false,
    },
    {
      what: 'ask',
      metric: 'requestsPerSecond',
      goal: { kind: 'ratio', atLeast: 0.8 },
      ours: { name: 'epoll', samples: [9e4], summary: { median: 9e4, min: 9e4, max: 9e4 } },
      peer: { name: 'C', samples: [1e5], summary: { median: 1e5, min: 1e5, max: 1e5 }, clientBusy: 0.97 },
      measured: 0.9,
      met: true,
    },
    {
      what: 'two threads',
      metric: 'elapsedMs',
      goal: { kind: 'speedup', atLeast: 1.9 },
      ours: { name: 'two', samples: [10], summary: { median: 10, min: 10, max: 10 } },
      peer: { name: 'one', samples: [19.5], summary: { median: 19.5, min: 19.5, max: 19.5 } },
      measured: 1.95,
      met: true,
    },
    {
      what: 'turns',
      metric: 'cpuPerRequestMs',
      goal: { kind: 'line', atLeast: 0.95 },
      ours: { name: 'select', samples: [0.1], summary: { median: 0.1, min: 0.1, max: 0.1 } },
      measured: 0.998,
      met: true,
    },
    {
      what: 'nothing',
      metric: 'cpuPerRequestMs',
      goal: { kind: 'ratio', atMost: 1 },
      ours: { name: 'select', samples: [0], summary: { median: 0, min: 0, max: 0 } },
      peer: { name: 'one', samples: [0], summary: { median: 0, min: 0, max: 0 } },
    },
  ],
  experiments: [
    {
      name: 'asking',
      details: ['cpuPerRequestMs', 'p999Ms', 'peakRssBytes'],
      contenders: [
        {
          name: 'epoll',
          outcomes: [0.02, 0.04, 0.03].map((cpuPerRequestMs) => ({
            metrics: { cpuPerRequestMs, peakRssBytes: 5.25e6 },
            parts: { recv: 2, accept4: 1.001, mmap: 0.004, brk: 0.002 },
          })),
        },
        { name: 'gone', missing: 'is not there' },
        { name: 'C', outcomes: [{ metrics: { p999Ms: 2 }, parts: { recv: 3, epoll_wait: 0.125 } }] },
      ],
    },
  ],
  charts: [],
};

describe('renderText()', () => {
  it('writes tables with goals, metrics and verdicts, and where they were taken', () => {
    expect(renderText(REPORT)).toBe(
      `what          ours                   peer               measured       goal
count         156 ms (155 to 160)    primesieve 224 ms  ratio 0.70     ≤ 0.75     met
count little  12.0 µs (11.5 to 100)  libprimesieve      not available
sum           10.0 GB/s                                 10.0 GB/s      ≥ 15 GB/s  NOT MET
ask           90000/s                C 100000/s         ratio 0.90     ≥ 0.8      met *
two threads   10.0 ms                one 19.5 ms        1.95 times     ≥ 1.9      met
turns         100 µs                                    R² 0.998       ≥ 0.95     met
nothing       0 µs                   one 0 µs           not available  ≤ 1

asking  cpu per request  p99.9    peak rss
epoll   30.0 µs                   5.25 MB
C                        2.00 ms

asking      epoll  C
recv        2.00   3.00
accept4     1.00   0
epoll_wait  0      0.13
2 others    0.006  0

test: medians of up to 3 rounds in turns (least to greatest), in 62 s
Abacus 2, 2 cores, load 0.12 before; Linux 6.1; Node 24.21.0; commit abcdef0
sieve 1.2.3, primesieve 11.0
* the client was the limit: it was busy for at least 90 % of the time
not available: libprimesieve: no compiler: install g++
not available: one: took too little time to be measured
`,
    );
  });

  it('warns of the metrics of a smoke run', () => {
    expect(renderText({ ...REPORT, quick: true })).toMatch(/^A smoke run: these numbers mean nothing\.\n\nwhat /);
  });
});

describe('renderJson()', () => {
  it('writes all samples, by the names of earlier versions', () => {
    const [{ rows, experiments, ...report }] = JSON.parse(renderJson([REPORT])) as [Record<string, unknown[]>];
    expect({ ...report, rows: [], experiments: [] }).toEqual({ ...REPORT, rows: [], experiments: [] });
    expect(rows![0]).toMatchObject({ figure: 'elapsedMs', ours: { samples: [156.04, 155, 160] } });
    expect(experiments).toMatchObject([
      { contenders: [{ outcomes: [{ figures: { cpuPerRequestMs: 0.02 } }, {}, {}] }, { missing: 'is not there' }, {}] },
    ]);
  });
});

describe('parseReports()', () => {
  it('reads what renderJson() wrote', () => {
    const { rows, benchmark } = parseReports(renderJson([REPORT]))[0]!;
    expect({ rows, benchmark }).toEqual({ rows: REPORT.rows, benchmark: 'test' });
  });

  it.each(['null', '[{}]', '{'])('throws when it gets %s', (text) => {
    expect(() => parseReports(text)).toThrow(Error);
  });
});

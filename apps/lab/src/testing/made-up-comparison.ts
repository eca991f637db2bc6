/** Results that nobody measured: every field is there, and a test says only what matters to it. */
import type { EncodedHistogram, LoadResult, Summary } from '@concurrent-primes/load';
import { planFor } from '../compare/load-plan.ts';
import { type Comparison, FORMAT, type Round, type Usage, VERSION } from '../compare/comparison.ts';
import { parseScenario, type Scenario } from '../compare/scenario.ts';
import { parseServer } from '../compare/servers/server-spec.ts';

/** What is said of one group in one round; rates are a second, times milliseconds. */
export interface MadeUpLoad {
  readonly rate?: number;
  readonly p50Ms?: number;
  readonly p99Ms?: number;
  readonly bytesPerSecond?: number;
  readonly perClient?: readonly number[];
  readonly errors?: Readonly<Record<string, number>>;
  readonly clientBusy?: number;
  readonly clientCpuMs?: number;
  /** How many connections took how many milliseconds. */
  readonly connect?: Pick<EncodedHistogram, 'upToMs' | 'counts'>;
}

/** What is said of one server: one of each a round, or one for all rounds. */
export interface MadeUpServer {
  /** By group, in the scenario's order. */
  readonly loads: readonly (readonly MadeUpLoad[])[];
  readonly usage?: Partial<Usage>;
  readonly failure?: string;
}

const ELAPSED_MS = 1000;

/** One group of ten clients, unless the fields say something else. */
export function madeUpScenario(fields: Readonly<Record<string, unknown>> = {}): Scenario {
  return parseScenario({
    name: 'made-up',
    title: 'Made up',
    groups: [{ name: 'clients', clients: 10, intervals: { kind: 'fixed', interval: [100, 200] } }],
    ...fields,
  });
}

/** A comparison of servers, by their names as `--servers` takes them. */
export function madeUp(
  servers: Readonly<Record<string, MadeUpServer>>,
  scenario: Scenario = madeUpScenario(),
): Comparison {
  return {
    format: FORMAT,
    version: VERSION,
    startedAt: '2026-11-23T08:00:00.000Z',
    environment: {
      cpu: 'Abacus 7',
      cores: 2,
      memoryBytes: 8e9,
      loadBefore: 0.1,
      os: 'Linux 6',
      node: '24.0.0',
      lab: '0.1.0',
    },
    scenario,
    seed: 1,
    servers: Object.entries(servers).map(([name, { loads, usage, failure }]) => ({
      spec: parseServer(name),
      commandLine: `concurrent-primes-server ${name}`,
      rounds: loads.map((groups, at): Round => {
        const base = { round: at + 1, turn: 1, startMs: 300 };
        return {
          ...base,
          groups: groups.map((load, group) => ({
            name: scenario.groups[group]!.name,
            load: madeUpResult(load, scenario, group),
          })),
          usage: madeUpUsage(usage),
          ...(failure !== undefined && { failure }),
        };
      }),
    })),
    interrupted: false,
  };
}

/** The same load in three rounds, a little apart. */
export function threeRounds(...groups: readonly MadeUpLoad[]): readonly (readonly MadeUpLoad[])[] {
  return [1, 0.98, 1.02].map((factor) =>
    groups.map((load) => ({
      ...load,
      ...(load.rate !== undefined && { rate: load.rate * factor }),
      ...(load.p50Ms !== undefined && { p50Ms: load.p50Ms * factor }),
      ...(load.p99Ms !== undefined && { p99Ms: load.p99Ms * factor }),
      ...(load.bytesPerSecond !== undefined && { bytesPerSecond: load.bytesPerSecond * factor }),
    })),
  );
}

function madeUpUsage(usage: Partial<Usage> = {}): Usage {
  return {
    windowMs: ELAPSED_MS,
    userMs: 200,
    systemMs: 300,
    voluntarySwitches: 1000,
    involuntarySwitches: 10,
    peakRssBytes: 60e6,
    threads: 12,
    descriptors: 30,
    timeline: Array.from({ length: 10 }, (_, at) => ({ atMs: (at + 1) * 100, cores: 0.5, rssBytes: 55e6 + at * 1e5 })),
    ...usage,
  };
}

function madeUpResult(load: MadeUpLoad, scenario: Scenario, at: number): LoadResult {
  const { rate = 1000, p50Ms = 5, p99Ms = 20, bytesPerSecond = rate * 84, errors = {}, clientBusy = 0.5 } = load;
  const group = scenario.groups[at]!;
  const bad = Object.values(group.with).reduce((sum, share) => sum + Math.max(1, Math.round(share * group.clients)), 0);
  const clients = group.clients - bad;
  const requests = Math.round((rate * ELAPSED_MS) / 1000);
  const histogram: EncodedHistogram = {
    upToMs: [p50Ms / 2, p50Ms, p99Ms, p99Ms * 2],
    counts: [0.25, 0.25, 0.49, 0.01].map((share) => Math.ceil(share * Math.max(requests, 1))),
    sumMs: requests * p50Ms,
    maxMs: p99Ms * 2,
  };
  const { upToMs, counts } = load.connect ?? { upToMs: [0.1], counts: [Math.max(requests, 1)] };
  const connect: EncodedHistogram = { upToMs, counts, sumMs: 0, maxMs: Math.max(...upToMs) };
  const summary: Summary = {
    count: Math.max(requests, 1),
    // As Little's law wants it.
    meanMs: rate === 0 ? p50Ms : (clients / rate) * 1000,
    p50Ms,
    p90Ms: p99Ms,
    p99Ms,
    p999Ms: p99Ms * 2,
    p9999Ms: p99Ms * 2,
    maxMs: p99Ms * 2,
  };
  return {
    version: 1,
    plan: planFor(group, scenario, { greeting: false, sendSum: true }, 1, 1),
    interrupted: false,
    elapsedMs: ELAPSED_MS,
    requests,
    unfinished: 0,
    resent: 0,
    errors,
    requestsPerSecond: rate,
    bytes: bytesPerSecond,
    latency: { connect: summary, count: summary, lastPrime: summary, done: summary, uncorrected: summary },
    perClient: load.perClient ?? Array.from({ length: clients }, () => requests / clients),
    timeline: Array.from({ length: 10 }, (_, slot) => ({
      atMs: (slot + 1) * 100,
      requests: requests === 0 ? 0 : Math.round(requests / 10) + (slot % 3),
      errors: 0,
      p50Ms,
      p99Ms: p99Ms * (1 + (slot % 4) / 10),
      bytes: bytesPerSecond / 10,
    })),
    misbehaving: Object.fromEntries(
      Object.keys(group.with).map((name) => [name, { clients: 1, visits: 3, errors: 0 }]),
    ),
    client: { cpuMs: load.clientCpuMs ?? 300, busy: clientBusy, lateMs: 0 },
    histograms: { connect, count: histogram, lastPrime: histogram, done: histogram, uncorrected: histogram },
  };
}

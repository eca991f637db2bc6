/**
 * The cost of a turn by the number of idle clients. A turn of `select` or `poll` hands the whole set of descriptors to
 * the kernel, which looks at each: a straight line. `epoll` keeps the set in the kernel, and a turn returns only those
 * that are ready: a level line.
 */
import { whyTooFewDescriptors } from '@concurrent-primes/harness';
import {
  type AnyContender,
  type Limits,
  type Outcome,
  type Plot,
  type Point,
  ratio,
  type Row,
  withPeers,
} from '../benchmark.ts';
import type { Peers } from '../peers.ts';
import { named, SELECTORS, selectServer, type Selector } from '../servers/bench-servers.ts';
import { LONG_SECONDS } from '../servers/load-client.ts';
import { measureRequests } from '../servers/load-metrics.ts';
import { type Sample, serverContenders } from '../servers/server-sample.ts';

/** So few that a turn rarely serves more than one of them. */
const ACTIVE = 4;
const SPARE_DESCRIPTORS = 200;

/** Numbers of idle clients. */
const FEW = [10, 300, 600, 900] as const;
const MANY = [10, 900, 4000, 10_000] as const;

/** Makes the benchmark `turn`. */
export const makeTurnBenchmark = withPeers((peers, { quick }) => [
  {
    name: `${ACTIVE} active clients on kept connections beside idle ones`,
    contenders: Object.assign(
      {},
      ...SELECTORS.flatMap((selector) => FEW.map((idle) => turn(selector, idle, peers, quick))),
      ...MANY.map((idle) => turn('epoll', idle, peers, quick)),
    ) as Record<string, AnyContender>,
    ...{ rounds: 2, sampleSeconds: 2.5 },
    rows: [
      straight('select'),
      straight('poll'),
      growth('select', FEW.at(-1)!),
      growth('poll', FEW.at(-1)!),
      growth('epoll', MANY.at(-1)!, { atMost: 1.2 }),
    ],
    plots: [
      plot('turn-few', 'What a turn costs by the number of idle clients', FEW, SELECTORS),
      plot('turn-many', 'What a turn of epoll costs by the number of idle clients', MANY, ['epoll']),
    ],
    details: ['cpuPerRequestMs', 'requestsPerSecond', 'p50Ms', 'p99Ms', 'clientBusy'],
  },
]);

function turn(selector: Selector, idle: number, { load }: Peers, quick: boolean): Record<string, AnyContender> {
  const key = keyOf(selector, idle);
  const missing = whyTooFewDescriptors(idle + ACTIVE + SPARE_DESCRIPTORS);
  const options = { clients: ACTIVE, keepAlive: true };
  const take = async (sample: Sample): Promise<Outcome> => {
    await sample.run('ask', { ...options, seconds: quick ? 0.05 : 0.3 });
    await sample.stay('silent', { clients: idle, seconds: LONG_SECONDS });
    return { metrics: await measureRequests(sample, { ...options, seconds: quick ? 0.1 : 0.8 }) };
  };
  return serverContenders(
    { [key]: named(key, selectServer(selector, '--first-timeout', '100000')) },
    load,
    take,
    missing,
  );
}

function keyOf(selector: Selector, idle: number): string {
  return `${selector}, ${idle} idle`;
}

function straight(selector: Selector): Row {
  return {
    what: `cost of a turn, ${FEW.at(0)!} to ${FEW.at(-1)!} clients, straight: ${selector}`,
    ...{ metric: 'cpuPerRequestMs', ours: keyOf(selector, FEW.at(-1)!), points: pointsOf(selector, FEW) },
    goal: { kind: 'line', atLeast: 0.95 },
  };
}

function growth(selector: Selector, most: number, limits?: Limits): Row {
  const what = `cost of a turn with ${most} clients over ${FEW[0]}: ${selector}`;
  return ratio(what, 'cpuPerRequestMs', keyOf(selector, most), keyOf(selector, FEW[0]), limits);
}

function plot(name: string, title: string, counts: readonly number[], selectors: readonly Selector[]): Plot {
  return {
    ...{ name, title, xLabel: 'idle clients', xScale: 'linear' },
    ...{ yLabel: 'processor time of the server for a request', metric: 'cpuPerRequestMs', fit: true },
    series: selectors.map((selector) => ({ name: selector, points: pointsOf(selector, counts) })),
  };
}

function pointsOf(selector: Selector, counts: readonly number[]): Point[] {
  return counts.map((idle) => ({ x: idle, contender: keyOf(selector, idle) }));
}

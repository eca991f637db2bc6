/**
 * The cost of a turn by the number of idle clients. A turn of `select` or `poll` hands the whole set of descriptors to
 * the kernel, which looks at each: a straight line. `epoll` keeps the set in the kernel, and a turn returns only those
 * that are ready: a level line.
 */
import type { Benchmark, Contender, MissingContender, Plot, Row, Workshop } from '../benchmark.ts';
import type { Peers } from '../peers.ts';
import { named, SELECTORS, selectServer, type Selector } from '../servers/bench-servers.ts';
import { LONG_SECONDS } from '../servers/load-client.ts';
import { measureRequests } from '../servers/load-metrics.ts';
import { whyTooFewDescriptors } from '@concurrent-primes/harness';
import { serverContender } from '../servers/server-sample.ts';

/** So few that a turn rarely serves more than one of them. */
const ACTIVE = 4;
const SPARE_DESCRIPTORS = 100;

/** Numbers of idle clients. */
const FEW = [10, 300, 600, 900] as const;
const MANY = [10, 900, 4000, 10_000] as const;

/** Makes the benchmark `turn`. */
export async function makeTurnBenchmark({ quick, peers: openPeers }: Workshop): Promise<Benchmark> {
  const peers = await openPeers();
  const contender = (selector: Selector, idle: number): [string, Contender | MissingContender] => [
    keyOf(selector, idle),
    turn(selector, idle, peers, quick),
  ];
  const straight = (selector: Selector): Row => ({
    what: `cost of a turn, ${FEW.at(0)!} to ${FEW.at(-1)!} clients, straight: ${selector}`,
    ...{ metric: 'cpuPerRequestMs', ours: keyOf(selector, FEW.at(-1)!) },
    points: FEW.map((idle) => ({ x: idle, contender: keyOf(selector, idle) })),
    goal: { kind: 'line', atLeast: 0.95 },
  });
  const growth = (selector: Selector, most: number): Row => ({
    what: `cost of a turn with ${most} clients over ${FEW[0]}: ${selector}`,
    ...{ metric: 'cpuPerRequestMs', ours: keyOf(selector, most), peer: keyOf(selector, FEW[0]) },
    goal: selector === 'epoll' ? { kind: 'ratio', atMost: 1.2 } : { kind: 'ratio' },
  });
  return {
    experiments: [
      {
        name: `${ACTIVE} active clients on kept connections beside idle ones`,
        contenders: Object.fromEntries([
          ...SELECTORS.flatMap((selector) => FEW.map((idle) => contender(selector, idle))),
          ...MANY.map((idle) => contender('epoll', idle)),
        ]),
        ...{ rounds: 2, sampleSeconds: 2.5 },
        rows: [
          straight('select'),
          straight('poll'),
          growth('select', FEW.at(-1)!),
          growth('poll', FEW.at(-1)!),
          growth('epoll', MANY.at(-1)!),
        ],
        plots: [
          plot('turn-few', 'What a turn costs by the number of idle clients', FEW, SELECTORS),
          plot('turn-many', 'What a turn of epoll costs by the number of idle clients', MANY, ['epoll']),
        ],
        details: ['cpuPerRequestMs', 'requestsPerSecond', 'p50Ms', 'p99Ms', 'clientBusy'],
      },
    ],
    versions: peers.versions,
  };
}

function turn(selector: Selector, idle: number, peers: Peers, quick: boolean): Contender | MissingContender {
  const name = keyOf(selector, idle);
  const missing = whyTooFewDescriptors(idle + ACTIVE + SPARE_DESCRIPTORS);
  const server = missing === undefined ? named(name, selectServer(selector)) : { name, missing };
  const options = { clients: ACTIVE, keepAlive: true };
  return serverContender(server, peers.load, async (sample) => {
    await sample.run('ask', { ...options, seconds: quick ? 0.05 : 0.3 });
    await sample.stay('silent', { clients: idle, seconds: LONG_SECONDS });
    return { metrics: await measureRequests(sample, { ...options, seconds: quick ? 0.1 : 0.8 }) };
  });
}

function keyOf(selector: Selector, idle: number): string {
  return `${selector}, ${idle} idle`;
}

function plot(name: string, title: string, counts: readonly number[], selectors: readonly Selector[]): Plot {
  return {
    ...{ name, title, xLabel: 'idle clients', xScale: 'linear' },
    yLabel: 'processor time of the server for a request',
    metric: 'cpuPerRequestMs',
    fit: true,
    series: selectors.map((selector) => ({
      name: selector,
      points: counts.map((idle) => ({ x: idle, contender: keyOf(selector, idle) })),
    })),
  };
}

/**
 * The cost of clients that do nothing, or next to nothing: active clients should not notice them, and the server should
 * not need memory for them.
 */
import type { Benchmark, Contender, Experiment, MissingContender, Workshop } from '../benchmark.ts';
import type { Metrics } from '../metrics.ts';
import type { Peers } from '../peers.ts';
import {
  type BenchServer,
  named,
  peerServer,
  SELECTORS,
  selectServer,
  type Selector,
} from '../servers/bench-servers.ts';
import { LONG_SECONDS, type LoadOptions, WHOLE } from '../servers/load-client.ts';
import { clientMetrics, latencyMetrics, perSecond } from '../servers/load-metrics.ts';
import { readMemory, resetPeakMemory, untilIdle, whyTooFewDescriptors } from '@concurrent-primes/harness';
import { type Sample, serverContender } from '../servers/server-sample.ts';

/** `select` watches descriptors below 1024, and a server needs about 30 itself: these clients and 32 more fit. */
const CROWD = { stalled: 500, trickle: 200, silent: 200 } as const;
const ASKING = 32;

const IDLE = 10_000;
const ACTIVE = 100;
/** Descriptors that a Node process has open besides those of its clients. */
const SPARE_DESCRIPTORS = 100;

const SLOW = 200;
/** Bytes a second that a slow client reads; the whole answer would take more than an hour. */
const SLOW_RATE = 100_000;

/** How much a sample holds. */
interface Workload {
  readonly warmupSeconds: number;
  readonly seconds: number;
  readonly idle: number;
}

const FULL: Workload = { warmupSeconds: 0.5, seconds: 1.2, idle: IDLE };
const QUICK: Workload = { warmupSeconds: 0.05, seconds: 0.2, idle: 100 };

/** Makes the benchmark `crowd`. */
export async function makeCrowdBenchmark({ quick, peers: openPeers }: Workshop): Promise<Benchmark> {
  const workload = quick ? QUICK : FULL;
  const peers = await openPeers();
  return {
    experiments: [crowd(workload, peers), idle(workload, peers), slow(workload, peers)],
    versions: peers.versions,
  };
}

function crowd(workload: Workload, peers: Peers): Experiment {
  const options: LoadOptions = { clients: ASKING };
  const all = Object.values(CROWD).reduce<number>((sum, count) => sum + count, 0);
  const aloneKey = (selector: Selector): string => `${selector} alone`;
  const contenders = SELECTORS.map((selector) => ({
    [aloneKey(selector)]: serverContender(named(`${selector} alone`, selectServer(selector)), peers.load, (sample) =>
      ask(sample, workload, options),
    ),
    [selector]: serverContender(named(`${selector}, crowd of ${all}`, selectServer(selector)), peers.load, (sample) =>
      ask(sample, workload, options, async () => {
        await sample.stay('stalled', { clients: CROWD.stalled, interval: WHOLE, seconds: LONG_SECONDS });
        await sample.stay('trickle', { clients: CROWD.trickle, seconds: LONG_SECONDS });
        await sample.stay('silent', { clients: CROWD.silent, seconds: LONG_SECONDS });
      }),
    ),
  }));
  return {
    name: `small requests of ${ASKING} clients beside ${CROWD.stalled} stalled, ${CROWD.trickle} trickling, ${CROWD.silent} silent`,
    contenders: Object.assign({}, ...contenders) as Experiment['contenders'],
    ...{ rounds: 3, sampleSeconds: 6 },
    rows: SELECTORS.map((selector) => ({
      what: `small request beside a crowd of ${all}, p99: ${selector}`,
      ...{ metric: 'p99Ms', ours: selector, peer: aloneKey(selector) },
      goal: { kind: 'ratio', atMost: 1.5 },
    })),
    details: ['p50Ms', 'p99Ms', 'p999Ms', 'rssBytes', 'clientBusy'],
  };
}

function idle(workload: Workload, peers: Peers): Experiment {
  const options: LoadOptions = { clients: ACTIVE, keepAlive: true };
  const count = workload.idle;
  const missing = whyTooFewDescriptors(count + ACTIVE + SPARE_DESCRIPTORS);
  const contender = (name: string, arrive?: (sample: Sample) => Promise<unknown>): Contender | MissingContender => {
    const server = missing === undefined ? named(name, selectServer('epoll')) : { name, missing };
    return serverContender(server, peers.load, (sample) =>
      ask(sample, workload, options, arrive && (() => arrive(sample)), count),
    );
  };
  const what = `${ACTIVE} active clients beside ${count} idle`;
  return {
    name: what,
    contenders: {
      alone: contender(`epoll, ${ACTIVE} active`),
      idle: contender(`epoll, ${ACTIVE} active, ${count} idle`, (sample) =>
        sample.stay('silent', { clients: count, seconds: LONG_SECONDS }),
      ),
    },
    ...{ rounds: 2, sampleSeconds: 5 },
    rows: [
      {
        what: `${what}, p99: epoll`,
        ...{ metric: 'p99Ms', ours: 'idle', peer: 'alone' },
        goal: { kind: 'ratio', atMost: 1.2 },
      },
      {
        what: `memory of an idle client, of ${count}: epoll`,
        ...{ metric: 'rssPerClientBytes', ours: 'idle' },
        goal: { kind: 'value', atMost: 1000 },
      },
    ],
    details: ['requestsPerSecond', 'p50Ms', 'p99Ms', 'p999Ms', 'rssBytes', 'rssPerClientBytes', 'clientBusy'],
  };
}

function slow({ seconds, warmupSeconds }: Workload, peers: Peers): Experiment {
  const contender = (server: BenchServer): Contender | MissingContender =>
    serverContender(server, peers.load, async (sample) => {
      const { pid } = sample.server;
      await sample.run('ask', { clients: 1, seconds: warmupSeconds });
      resetPeakMemory(pid);
      const before = readMemory(pid);
      await sample.run('slow', { clients: SLOW, interval: WHOLE, rate: SLOW_RATE, seconds });
      const after = readMemory(pid);
      return { metrics: { ...after, rssGrowthBytes: after.peakRssBytes - before.rssBytes } };
    });
  const ours = Object.fromEntries(
    SELECTORS.map((selector) => [selector, contender(selectServer(selector, '--table', 'full'))]),
  );
  return {
    name: `all primes to ${SLOW} slow clients`,
    contenders: { ...ours, cEpoll: contender(peerServer('C epoll', peers.epollServer)) },
    ...{ rounds: 2, sampleSeconds: 3 },
    rows: Object.entries(ours).map(([key, { name }]) => ({
      what: `all primes to ${SLOW} slow clients, memory above idle: ${name}`,
      ...{ metric: 'rssGrowthBytes', ours: key },
      goal: { kind: 'value', atMost: 20e6 },
    })),
    details: ['rssBytes', 'peakRssBytes', 'rssGrowthBytes'],
  };
}

/**
 * Measures active clients, with or without others beside them.
 *
 * @param arrive - connects the others, when the server is warm
 * @param others - how many they are
 */
async function ask(
  sample: Sample,
  { warmupSeconds, seconds }: Workload,
  options: LoadOptions,
  arrive?: () => Promise<unknown>,
  others = 0,
): Promise<{ metrics: Metrics }> {
  const { pid } = sample.server;
  await sample.run('ask', { ...options, seconds: warmupSeconds });
  const before = readMemory(pid);
  await arrive?.();
  // Clients that stop reading are stalled only once the kernel's buffers are full.
  await untilIdle(pid);
  const result = await sample.run('ask', { ...options, seconds });
  const after = readMemory(pid);
  return {
    metrics: {
      ...latencyMetrics(result.latencyUs),
      requestsPerSecond: perSecond(result.requests, result),
      ...after,
      ...(arrive && others > 0 && { rssPerClientBytes: (after.rssBytes - before.rssBytes) / others }),
      ...clientMetrics(result),
    },
  };
}

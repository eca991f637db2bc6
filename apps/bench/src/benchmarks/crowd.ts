/**
 * What clients cost who do nothing, or next to nothing: those in service should not feel them, and the server should
 * not need memory for them.
 */
import type { Benchmark, Contender, Experiment, MissingContender, Row, Workshop } from '../benchmark.ts';
import type { Figures } from '../figures.ts';
import type { Peers } from '../peers.ts';
import { named, peerServer, selectServer, type Selector } from '../servers/contestants.ts';
import { latencyFigures, clientFigures } from '../servers/figures.ts';
import { WHOLE } from '../servers/intervals.ts';
import type { LoadOptions } from '../servers/load.ts';
import { readMemory, resetPeak, untilIdle, whyTooFewDescriptors } from '../servers/proc.ts';
import type { ServerCommand } from '../servers/process.ts';
import { serverContender, type Site } from '../servers/site.ts';

const SELECTORS = ['select', 'poll', 'epoll'] as const;

/** Select can hold descriptors below 1024, of which a server has some 30 for itself: these and 32 more fit. */
const CROWD = { stalled: 500, trickle: 200, silent: 200 } as const;
const ASKING = 32;

const IDLE = 10_000;
const ACTIVE = 100;
/** Beside its clients: what a Node process has open. */
const SPARE_DESCRIPTORS = 100;

const SLOW = 200;
/** Bytes a second that a slow client reads: its answer would take more than an hour. */
const SLOW_RATE = 100_000;

/** Longer than a sample takes; these loads end with it. */
const LONG_SECONDS = 300;

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
  const contenders = SELECTORS.map((selector) => ({
    [aloneKey(selector)]: serverContender(named(`${selector} alone`, selectServer(selector)), peers.load, (site) =>
      ask(site, workload, options),
    ),
    [selector]: serverContender(named(`${selector}, crowd of ${all}`, selectServer(selector)), peers.load, (site) =>
      ask(site, workload, options, async () => {
        await site.stay('stalled', { clients: CROWD.stalled, interval: WHOLE, seconds: LONG_SECONDS });
        await site.stay('trickle', { clients: CROWD.trickle, seconds: LONG_SECONDS });
        await site.stay('silent', { clients: CROWD.silent, seconds: LONG_SECONDS });
      }),
    ),
  }));
  return {
    name: `small requests of ${ASKING} clients beside ${CROWD.stalled} stalled, ${CROWD.trickle} trickling, ${CROWD.silent} silent`,
    contenders: Object.assign({}, ...contenders) as Experiment['contenders'],
    rounds: 3,
    rows: SELECTORS.map((selector) => ({
      what: `small request beside a crowd of ${all}, p99: ${selector}`,
      figure: 'p99Ms',
      ours: selector,
      peer: aloneKey(selector),
      goal: { kind: 'ratio', atMost: 1.5 },
    })),
    details: ['p50Ms', 'p99Ms', 'p999Ms', 'rssBytes', 'clientBusy'],
  };
}

function idle(workload: Workload, peers: Peers): Experiment {
  const options: LoadOptions = { clients: ACTIVE, keepAlive: true };
  const count = workload.idle;
  const server = selectServer('epoll');
  const missing = whyTooFewDescriptors(count + ACTIVE + SPARE_DESCRIPTORS);
  const contenderOf = (name: string, arrive?: (site: Site) => Promise<unknown>): Contender | MissingContender =>
    serverContender(missing === undefined ? named(name, server) : { name, missing }, peers.load, (site) =>
      ask(site, workload, options, arrive && (() => arrive(site)), count),
    );
  const what = `${ACTIVE} active clients beside ${count} idle`;
  const rows: Row[] = [
    {
      what: `${what}, p99: epoll`,
      figure: 'p99Ms',
      ours: 'idle',
      peer: 'alone',
      goal: { kind: 'ratio', atMost: 1.2 },
    },
    {
      what: `memory of an idle client, of ${count}: epoll`,
      figure: 'rssPerClientBytes',
      ours: 'idle',
      goal: { kind: 'value', atMost: 1000 },
    },
  ];
  return {
    name: what,
    contenders: {
      alone: contenderOf(`epoll, ${ACTIVE} active`),
      idle: contenderOf(`epoll, ${ACTIVE} active, ${count} idle`, (site) =>
        site.stay('silent', { clients: count, seconds: LONG_SECONDS }),
      ),
    },
    rounds: 2,
    rows,
    details: ['requestsPerSecond', 'p50Ms', 'p99Ms', 'p999Ms', 'rssBytes', 'rssPerClientBytes', 'clientBusy'],
  };
}

function slow({ seconds, warmupSeconds }: Workload, peers: Peers): Experiment {
  const contender = (server: ServerCommand | MissingContender): Contender | MissingContender =>
    serverContender(server, peers.load, async (site) => {
      const { pid } = site.server;
      await site.run('ask', { clients: 1, seconds: warmupSeconds });
      resetPeak(pid);
      const before = readMemory(pid);
      await site.run('slow', { clients: SLOW, interval: WHOLE, rate: SLOW_RATE, seconds });
      const after = readMemory(pid);
      return { figures: { ...after, rssGrowthBytes: after.peakRssBytes - before.rssBytes } };
    });
  const flags = ['--table', 'full'];
  const ours = Object.fromEntries(SELECTORS.map((selector) => [selector, contender(selectServer(selector, ...flags))]));
  return {
    name: `all primes to ${SLOW} slow clients`,
    contenders: { ...ours, cEpoll: contender(peerServer('C epoll', peers.epollServer)) },
    rounds: 2,
    rows: Object.entries(ours).map(([key, { name }]) => ({
      what: `all primes to ${SLOW} slow clients, memory above idle: ${name}`,
      figure: 'rssGrowthBytes',
      ours: key,
      goal: { kind: 'value', atMost: 20e6 },
    })),
    details: ['rssBytes', 'peakRssBytes', 'rssGrowthBytes'],
  };
}

/**
 * Lets clients ask, with others there or not.
 *
 * @param arrive - lets the others come, when the server is warm
 * @param others - how many they are
 */
async function ask(
  site: Site,
  { warmupSeconds, seconds }: Workload,
  options: LoadOptions,
  arrive?: () => Promise<unknown>,
  others = 0,
): Promise<{ figures: Figures }> {
  const { pid } = site.server;
  await site.run('ask', { ...options, seconds: warmupSeconds });
  const before = readMemory(pid);
  await arrive?.();
  // Those who read no more are stalled only when the kernel takes no more for them either.
  await untilIdle(pid);
  const result = await site.run('ask', { ...options, seconds });
  const after = readMemory(pid);
  return {
    figures: {
      ...latencyFigures(result.latencyUs),
      requestsPerSecond: result.requests / (result.elapsedMs / 1000),
      ...after,
      ...(arrive && others > 0 && { rssPerClientBytes: (after.rssBytes - before.rssBytes) / others }),
      ...clientFigures(result),
    },
  };
}

function aloneKey(selector: Selector): string {
  return `${selector} alone`;
}

/**
 * The cost of clients that do nothing, or next to nothing: active clients should not notice them, and the server should
 * not need memory for them.
 */
import { readMemory, resetPeakMemory, untilIdle, whyTooFewDescriptors } from '@concurrent-primes/harness';
import { type Experiment, type Outcome, ratio, value, withPeers } from '../benchmark.ts';
import type { Peers } from '../peers.ts';
import { FULL_TABLE, named, peerServer, SELECTORS, selectServer, selectServers } from '../servers/bench-servers.ts';
import { LONG_SECONDS, type LoadOptions, WHOLE } from '../servers/load-client.ts';
import { clientMetrics, latencyMetrics, perSecond } from '../servers/load-metrics.ts';
import { type Sample, serverContenders } from '../servers/server-sample.ts';

/** `select` watches descriptors below 1024, and a server needs about 30 itself: these clients and 32 more fit. */
const CROWD = { stalled: 500, trickle: 200, silent: 200 } as const;
const ASKING = 32;
/** Options of a server that lets silent clients stay, and as many as there are descriptors. */
const SILENT_CROWD = ['--first-timeout', '100000', '--max-clients', '100000'];

const ACTIVE = 100;
/** Descriptors that a Node process has open besides those of its clients. */
const SPARE_DESCRIPTORS = 100;

const SLOW = 200;
/** Bytes a second that a slow client reads; the whole answer would take more than an hour. */
const SLOW_RATE = 100_000;

const FULL = { warmupSeconds: 0.5, seconds: 1.2, idle: 10_000 };
const QUICK: typeof FULL = { warmupSeconds: 0.05, seconds: 0.2, idle: 100 };

/** Makes the benchmark `crowd`. */
export const makeCrowdBenchmark = withPeers((peers, { quick }) => {
  const workload = quick ? QUICK : FULL;
  return [crowd(workload, peers), idle(workload, peers), slow(workload, peers)];
});

function crowd(workload: typeof FULL, { load }: Peers): Experiment {
  const options: LoadOptions = { clients: ASKING };
  const { stalled, trickle, silent } = CROWD;
  const all = stalled + trickle + silent;
  const contenders = SELECTORS.map((selector) => ({
    ...serverContenders({ [`${selector} alone`]: named(`${selector} alone`, selectServer(selector)) }, load, (sample) =>
      ask(sample, workload, options),
    ),
    ...serverContenders(
      { [selector]: named(`${selector}, crowd of ${all}`, selectServer(selector, ...SILENT_CROWD)) },
      load,
      (sample) =>
        ask(sample, workload, options, async () => {
          await sample.stay('stalled', { clients: stalled, interval: WHOLE, seconds: LONG_SECONDS });
          await sample.stay('trickle', { clients: trickle, seconds: LONG_SECONDS });
          await sample.stay('silent', { clients: silent, seconds: LONG_SECONDS });
        }),
    ),
  }));
  return {
    name: `small requests of ${ASKING} clients beside ${stalled} stalled, ${trickle} trickling, ${silent} silent`,
    contenders: Object.assign({}, ...contenders) as Experiment['contenders'],
    ...{ rounds: 3, sampleSeconds: 6 },
    rows: SELECTORS.map((selector) =>
      ratio(`small request beside a crowd of ${all}, p99: ${selector}`, 'p99Ms', selector, `${selector} alone`, {
        atMost: 1.5,
      }),
    ),
    details: ['p50Ms', 'p99Ms', 'p999Ms', 'rssBytes', 'clientBusy'],
  };
}

function idle(workload: typeof FULL, { load }: Peers): Experiment {
  const options: LoadOptions = { clients: ACTIVE, keepAlive: true };
  const count = workload.idle;
  const missing = whyTooFewDescriptors(count + ACTIVE + SPARE_DESCRIPTORS);
  const alone = named(`epoll, ${ACTIVE} active`, selectServer('epoll'));
  const beside = named(`epoll, ${ACTIVE} active, ${count} idle`, selectServer('epoll', ...SILENT_CROWD));
  const what = `${ACTIVE} active clients beside ${count} idle`;
  return {
    name: what,
    contenders: {
      ...serverContenders({ alone }, load, (sample) => ask(sample, workload, options), missing),
      ...serverContenders(
        { idle: beside },
        load,
        (sample) =>
          ask(sample, workload, options, () => sample.stay('silent', { clients: count, seconds: LONG_SECONDS }), count),
        missing,
      ),
    },
    ...{ rounds: 2, sampleSeconds: 5 },
    rows: [
      ratio(`${what}, p99: epoll`, 'p99Ms', 'idle', 'alone', { atMost: 1.2 }),
      value(`memory of an idle client, of ${count}: epoll`, 'rssPerClientBytes', 'idle', { atMost: 1000 }),
    ],
    details: ['requestsPerSecond', 'p50Ms', 'p99Ms', 'p999Ms', 'rssBytes', 'rssPerClientBytes', 'clientBusy'],
  };
}

function slow({ seconds, warmupSeconds }: typeof FULL, { load, epollServer }: Peers): Experiment {
  const ours = selectServers(...FULL_TABLE);
  const servers = { ...ours, cEpoll: peerServer('C epoll', epollServer) };
  const what = `all primes to ${SLOW} slow clients`;
  return {
    name: what,
    contenders: serverContenders(servers, load, async ({ server: { pid }, run }) => {
      await run('ask', { clients: 1, seconds: warmupSeconds });
      resetPeakMemory(pid);
      const before = readMemory(pid);
      await run('slow', { clients: SLOW, interval: WHOLE, rate: SLOW_RATE, seconds });
      const after = readMemory(pid);
      return { metrics: { ...after, rssGrowthBytes: after.peakRssBytes - before.rssBytes } };
    }),
    ...{ rounds: 2, sampleSeconds: 3 },
    rows: Object.entries(ours).map(([key, { name }]) =>
      value(`${what}, memory above idle: ${name}`, 'rssGrowthBytes', key, { atMost: 20e6 }),
    ),
    details: ['rssBytes', 'peakRssBytes', 'rssGrowthBytes'],
  };
}

/** Measures active clients, with or without others beside them, which `arrive` connects when the server is warm. */
async function ask(
  sample: Sample,
  { warmupSeconds, seconds }: typeof FULL,
  options: LoadOptions,
  arrive?: () => Promise<unknown>,
  others = 0,
): Promise<Outcome> {
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

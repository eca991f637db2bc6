/**
 * Processor time that a request costs the client: our load engine against the load client in C, in front of the same
 * server in C. A load generator that needs much processor time takes it from the server it measures.
 *
 * Both check N, order and bounds of every answer, and add up its primes; with a verifier, the engine also compares each
 * byte with the sieve's.
 */
import { type AnyContender, type Experiment, ratio, withPeers } from '../benchmark.ts';
import type { Metrics } from '../metrics.ts';
import type { Peers } from '../peers.ts';
import { peerServer } from '../servers/bench-servers.ts';
import type { EngineOptions } from '../servers/engine-client.ts';
import { type LoadResult, WHOLE } from '../servers/load-client.ts';
import { latencyMetrics, perSecond } from '../servers/load-metrics.ts';
import { type Sample, serverContender } from '../servers/server-sample.ts';

const CLIENTS = 64;
const MOST_RATIO = 1.3;

const FULL = {
  /** Load before the measured requests, in which the engine's code is compiled. */
  warmupMs: 2000,
  requests: 30_000,
  keptRequests: 100_000,
  /** The long answer, and how many of them; the engine's code is compiled during the first. */
  interval: WHOLE as readonly [a: number, b: number],
  longAnswers: 3,
  intervalText: 'all primes, 420 MB',
};
const QUICK: typeof FULL = {
  ...{ warmupMs: 50, requests: 500, keptRequests: 500 },
  ...{ interval: [0, 1_000_000], longAnswers: 1, intervalText: '[0, 10^6]' },
};

/** Makes the benchmark `client`. */
export const makeClientBenchmark = withPeers((peers, { quick }) => {
  const workload = quick ? QUICK : FULL;
  const { warmupMs, requests, keptRequests } = workload;
  const kept = { clients: CLIENTS, requests: keptRequests, keepAlive: true };
  return [
    smallRequests('small request', peers, warmupMs, { clients: CLIENTS, requests }),
    smallRequests('small request on a kept connection', peers, warmupMs, kept),
    longAnswer(workload, peers),
  ];
});

/** The engine, with and without a verifier, and its peer. */
function smallRequests(name: string, peers: Peers, warmupMs: number, asking: EngineOptions): Experiment {
  const what = `${name}, CPU of the client`;
  return {
    name: `${name}, ${CLIENTS} clients`,
    contenders: {
      engine: engine('load engine', peers, { ...asking, warmupMs }),
      verified: engine('load engine, verified', peers, { ...asking, warmupMs, verified: true }),
      cLoad: contender('C load client', peers, async ({ run }) => {
        await run('ask', { ...asking, requests: Math.ceil(asking.requests / 10) });
        return await run('ask', asking);
      }),
    },
    ...{ rounds: 3, sampleSeconds: 6 },
    rows: [
      ratio(what, 'clientCpuPerRequestMs', 'engine', 'cLoad', { atMost: MOST_RATIO }),
      ratio(`${what}: verified`, 'clientCpuPerRequestMs', 'verified', 'engine'),
    ],
    details: ['clientCpuPerRequestMs', 'requestsPerSecond', 'p50Ms', 'p99Ms'],
  };
}

/** Long answers to one client: the cost of comparing bytes, where there is hardly any other work. */
function longAnswer({ interval, intervalText, longAnswers }: typeof FULL, peers: Peers): Experiment {
  // Without a warm-up: an answer that began in it would count with only a part of its time.
  const asking = { clients: 1, interval, requests: longAnswers };
  return {
    name: `${intervalText}, 1 client`,
    contenders: {
      engine: engine('load engine', peers, asking),
      verified: engine('load engine, verified', peers, { ...asking, verified: true }),
    },
    ...{ rounds: 2, sampleSeconds: 4 },
    rows: [ratio(`${intervalText}, CPU of the client: verified`, 'clientCpuPerRequestMs', 'verified', 'engine')],
    details: ['clientCpuPerRequestMs', 'p50Ms'],
  };
}

function engine(name: string, peers: Peers, options: EngineOptions): AnyContender {
  return contender(name, peers, ({ runEngine }) => runEngine(options));
}

/**
 * A client as a contender: it loads a newly started C server, and reports its own processor time.
 *
 * @param name - name of the client, since the server is the same for all
 */
function contender(
  name: string,
  { load, epollServer }: Peers,
  run: (sample: Sample) => Promise<LoadResult>,
): AnyContender {
  return serverContender(peerServer(name, epollServer), load, async (sample) => ({
    metrics: metricsOf(await run(sample)),
  }));
}

/** Without `clientBusy`, which would mark a row for the very thing it measures. */
function metricsOf(result: LoadResult): Metrics {
  const { p50Ms, p99Ms } = latencyMetrics(result.latencyUs);
  return {
    clientCpuPerRequestMs: result.cpuMs / result.requests,
    requestsPerSecond: perSecond(result.requests, result),
    ...{ p50Ms, p99Ms },
  };
}

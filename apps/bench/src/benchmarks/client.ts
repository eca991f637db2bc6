/**
 * What a request costs the client: our load engine against the C load client, before the same server in C. A load
 * generator that needs much itself takes from the server what it is there to measure.
 *
 * Both check N, the order and the bounds of every answer, and add its primes up; with a verifier the engine also
 * compares each byte with what the sieve says.
 */
import type { Benchmark, Contender, Experiment, MissingContender, Workshop } from '../benchmark.ts';
import type { Figures } from '../figures.ts';
import type { Peers } from '../peers.ts';
import { peerServer } from '../servers/contestants.ts';
import type { EngineOptions } from '../servers/engine.ts';
import { latencyFigures, perSecond } from '../servers/figures.ts';
import { WHOLE } from '../servers/intervals.ts';
import type { LoadOptions, LoadResult } from '../servers/load.ts';
import { type Site, serverContender } from '../servers/site.ts';

const CLIENTS = 64;
const MOST_RATIO = 1.3;

/** How much a sample holds. */
interface Workload {
  /** Before the measured requests; the engine's code is compiled in it. */
  readonly warmupMs: number;
  readonly requests: number;
  readonly keptRequests: number;
  /** The long answer, and how many of them: the engine's code is compiled in the first. */
  readonly interval: readonly [a: number, b: number];
  readonly longAnswers: number;
  readonly intervalText: string;
}

const FULL: Workload = {
  warmupMs: 2000,
  requests: 30_000,
  keptRequests: 100_000,
  interval: WHOLE,
  longAnswers: 3,
  intervalText: 'all primes, 420 MB',
};
const QUICK: Workload = {
  warmupMs: 50,
  requests: 500,
  keptRequests: 500,
  interval: [0, 1_000_000],
  longAnswers: 1,
  intervalText: '[0, 10^6]',
};

/** Makes the benchmark `client`. */
export async function makeClientBenchmark({ quick, peers: openPeers }: Workshop): Promise<Benchmark> {
  const workload = quick ? QUICK : FULL;
  const { warmupMs, requests, keptRequests } = workload;
  const peers = await openPeers();
  return {
    experiments: [
      smallRequests('small request', peers, warmupMs, { clients: CLIENTS, requests }),
      smallRequests('small request on a kept connection', peers, warmupMs, {
        ...{ clients: CLIENTS, requests: keptRequests, keepAlive: true },
      }),
      longAnswer(workload, peers),
    ],
    versions: peers.versions,
  };
}

type Asking = Pick<LoadOptions, 'clients' | 'keepAlive'> & { readonly requests: number };

/** The engine, with and without a verifier, and its peer. */
function smallRequests(name: string, peers: Peers, warmupMs: number, asking: Asking): Experiment {
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
    rounds: 3,
    rows: [
      {
        what,
        figure: 'clientCpuPerRequestMs',
        ours: 'engine',
        peer: 'cLoad',
        goal: { kind: 'ratio', atMost: MOST_RATIO },
      },
      {
        what: `${what}: verified`,
        figure: 'clientCpuPerRequestMs',
        ours: 'verified',
        peer: 'engine',
        goal: { kind: 'ratio' },
      },
    ],
    details: ['clientCpuPerRequestMs', 'requestsPerSecond', 'p50Ms', 'p99Ms'],
  };
}

/** One answer after the other, to one client: what to compare bytes costs, where there is next to nothing else. */
function longAnswer({ interval, intervalText, longAnswers }: Workload, peers: Peers): Experiment {
  // Without a warm-up: an answer that began in it would count with a part of its time.
  const asking = { clients: 1, interval, requests: longAnswers };
  return {
    name: `${intervalText}, 1 client`,
    contenders: {
      engine: engine('load engine', peers, asking),
      verified: engine('load engine, verified', peers, { ...asking, verified: true }),
    },
    rounds: 2,
    rows: [
      {
        what: `${intervalText}, CPU of the client: verified`,
        figure: 'clientCpuPerRequestMs',
        ours: 'verified',
        peer: 'engine',
        goal: { kind: 'ratio' },
      },
    ],
    details: ['clientCpuPerRequestMs', 'p50Ms'],
  };
}

function engine(name: string, peers: Peers, options: EngineOptions): Contender | MissingContender {
  return contender(name, peers, ({ runEngine }) => runEngine(options));
}

/**
 * A client as a contender: who loads a new C server, and tells its own processor time.
 *
 * @param name - of the client: the server is the same for all
 */
function contender(
  name: string,
  { load, epollServer }: Peers,
  run: (site: Site) => Promise<LoadResult>,
): Contender | MissingContender {
  return serverContender(peerServer(name, epollServer), load, async (site) => ({
    figures: figuresOf(await run(site)),
  }));
}

/** Without `clientBusy`: a row would be marked for what it is about. */
function figuresOf(result: LoadResult): Figures {
  const { p50Ms, p99Ms } = latencyFigures(result.latencyUs);
  return {
    clientCpuPerRequestMs: result.cpuMs / result.requests,
    requestsPerSecond: perSecond(result.requests, result),
    ...{ p50Ms, p99Ms },
  };
}

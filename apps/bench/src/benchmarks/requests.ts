/**
 * Small requests: what a request costs a server whose work is next to nothing, so that all that is measured is the way
 * it handles connections. What each row means is told in docs/benchmarks.md.
 */
import type { Benchmark, Contender, Experiment, MissingContender, Row, Workshop } from '../benchmark.ts';
import { CLIENT_LIMIT } from '../figures.ts';
import type { Peers } from '../peers.ts';
import { named, netServer, peerServer, poolServer, pythonServer, selectServer } from '../servers/contestants.ts';
import { measureRequests, REQUEST_DETAILS } from '../servers/figures.ts';
import type { LoadOptions } from '../servers/load.ts';
import type { ServerCommand } from '../servers/process.ts';
import { serverContender } from '../servers/site.ts';

const CLIENTS = 64;
/** The pool as it comes: fewer threads than clients, who wait for one in the queue. */
const POOL_THREADS = 16;

/** How much a sample holds: requests, or seconds where processor time is not what counts. */
interface Workload {
  readonly warmup: LoadAmount;
  /** Each thread compiles for itself, and has a part of the requests. */
  readonly poolWarmup: LoadAmount;
  /** At 25 µs each, 1.5 seconds of the server's processor time, of which a tick of its clock is less than 1 %. */
  readonly requests: LoadAmount;
  readonly keptRequests: LoadAmount;
  /** For servers whose processor time nobody asks for. */
  readonly slow: LoadAmount;
}

type LoadAmount = Pick<LoadOptions, 'requests' | 'seconds'>;

const FULL: Workload = {
  warmup: { seconds: 0.5 },
  poolWarmup: { seconds: 2 },
  requests: { requests: 50_000 },
  keptRequests: { requests: 150_000 },
  slow: { seconds: 1 },
};
const QUICK: Workload = {
  warmup: { requests: 100 },
  poolWarmup: { requests: 100 },
  requests: { requests: 500 },
  keptRequests: { requests: 500 },
  slow: { requests: 100 },
};

const OURS = ['select', 'poll', 'epoll'] as const;
const C_EPOLL = 'C epoll';
const C_PTHREADS = 'C, a pthread each';
const PYTHON_SELECT = 'Python select';
const PYTHON_POOL = 'Python pool';

/** Makes the benchmark `requests`. */
export async function makeRequestsBenchmark({ quick, peers: openPeers }: Workshop): Promise<Benchmark> {
  const workload = quick ? QUICK : FULL;
  const peers = await openPeers();
  return {
    experiments: [oneEach(workload, peers), keptConnections(workload, peers)],
    versions: peers.versions,
  };
}

/** One request for each connection. */
function oneEach({ warmup, poolWarmup, requests, slow }: Workload, peers: Peers): Experiment {
  const contender = (server: ServerCommand | MissingContender, amount = requests): Contender | MissingContender =>
    ask(server, peers, { clients: CLIENTS }, warmup, amount);
  const pool = named(`pool of ${POOL_THREADS}`, poolServer(POOL_THREADS));
  const cpu = (ours: string, peer: string, atMost: number): Row => ({
    what: `small request, CPU of the server: ${ours}`,
    figure: 'cpuPerRequestMs',
    ours,
    peer,
    goal: { kind: 'ratio', atMost },
  });
  const rate = (ours: string, peer: string): Row[] => [
    {
      what: `small requests a second: ${ours}`,
      figure: 'requestsPerSecond',
      ours,
      peer,
      goal: { kind: 'ratio' },
    },
    {
      what: `small requests a second, how busy the client is: ${ours}`,
      figure: 'clientBusy',
      ours,
      goal: { kind: 'value', atLeast: CLIENT_LIMIT },
    },
  ];
  return {
    name: `small requests, ${CLIENTS} clients, one request for each connection`,
    contenders: {
      ...Object.fromEntries(OURS.map((selector) => [selector, contender(selectServer(selector))])),
      pool: ask(pool, peers, { clients: CLIENTS }, poolWarmup, requests),
      cEpoll: contender(peerServer(C_EPOLL, peers.epollServer)),
      cPthreads: contender(peerServer(C_PTHREADS, peers.pthreadServer)),
      net: contender(netServer()),
      pythonSelect: contender(pythonServer(PYTHON_SELECT, peers.python, 'select_server.py'), slow),
      pythonPool: contender(pythonServer(PYTHON_POOL, peers.python, 'pool_server.py'), slow),
    },
    rounds: 3,
    rows: [
      ...OURS.map((selector) => cpu(selector, 'cEpoll', 1.1)),
      cpu('pool', 'cPthreads', 1.1),
      ...[...OURS, 'pool'].map((ours) => cpu(ours, 'net', 0.6)),
      ...OURS.flatMap((selector) => rate(selector, 'pythonSelect')),
      ...rate('pool', 'pythonPool'),
    ],
    details: REQUEST_DETAILS,
  };
}

/** All requests of a client on one connection. */
function keptConnections({ warmup, keptRequests }: Workload, peers: Peers): Experiment {
  const contender = (server: ServerCommand | MissingContender): Contender | MissingContender =>
    ask(server, peers, { clients: CLIENTS, keepAlive: true }, warmup, keptRequests);
  return {
    name: `small requests, ${CLIENTS} clients, many requests on one connection`,
    contenders: {
      epoll: contender(selectServer('epoll')),
      cEpoll: contender(peerServer(C_EPOLL, peers.epollServer)),
      net: contender(netServer()),
    },
    rounds: 3,
    rows: ['cEpoll', 'net'].map((peer) => ({
      what: 'many small requests on one connection, a second: epoll',
      figure: 'requestsPerSecond',
      ours: 'epoll',
      peer,
      goal: peer === 'cEpoll' ? { kind: 'ratio', atLeast: 0.8 } : { kind: 'ratio' },
    })),
    details: REQUEST_DETAILS,
  };
}

function ask(
  server: ServerCommand | MissingContender,
  { load }: Peers,
  options: LoadOptions,
  warmup: LoadAmount,
  amount: LoadAmount,
): Contender | MissingContender {
  return serverContender(server, load, async (site) => {
    await site.run('ask', { ...options, ...warmup });
    return { figures: await measureRequests(site, { ...options, ...amount }) };
  });
}

/**
 * Small requests: the server computes next to nothing, so the numbers show how it handles connections. Each row is
 * explained in docs/benchmarks.md.
 */
import { serversBefore } from '../before-and-after.ts';
import {
  type AnyContender,
  type Checkout,
  type Experiment,
  type Limits,
  ratio,
  type Row,
  value,
  withPeers,
} from '../benchmark.ts';
import { CLIENT_LIMIT } from '../metrics.ts';
import type { Peers } from '../peers.ts';
import {
  type BenchServer,
  named,
  netServer,
  otherServers,
  peerServer,
  poolServer,
  pythonServer,
  selectServers,
  SELECTORS,
} from '../servers/bench-servers.ts';
import type { LoadOptions } from '../servers/load-client.ts';
import { measureRequests, REQUEST_DETAILS } from '../servers/load-metrics.ts';
import { serverContender } from '../servers/server-sample.ts';

const CLIENTS = 64;
/** The pool's default: fewer threads than clients, so that most clients wait in the queue. */
const POOL_THREADS = 16;

type LoadAmount = Pick<LoadOptions, 'requests' | 'seconds'>;

/** How much a sample holds: requests, or seconds where processor time isn't compared. */
const FULL = {
  warmup: { seconds: 0.5 } as LoadAmount,
  /** Each thread compiles for itself, and gets a part of the requests. */
  poolWarmup: { seconds: 2 } as LoadAmount,
  /** At 25 µs each, 1.25 seconds of processor time; one tick of its clock is less than 1 % of that. */
  requests: { requests: 50_000 } as LoadAmount,
  keptRequests: { requests: 150_000 } as LoadAmount,
  /** For servers whose processor time isn't compared. */
  slow: { seconds: 1 } as LoadAmount,
};
const QUICK: typeof FULL = {
  ...{ warmup: { requests: 100 }, poolWarmup: { requests: 100 }, slow: { requests: 100 } },
  ...{ requests: { requests: 500 }, keptRequests: { requests: 500 } },
};

const C_EPOLL = 'C epoll';

/** Makes the benchmark `requests`. */
export const makeRequestsBenchmark = withPeers((peers, { quick, against }) => {
  const workload = quick ? QUICK : FULL;
  return [oneEach(workload, peers, against), keptConnections(workload, peers, against)];
});

/** A connection for each request. */
function oneEach(workload: typeof FULL, peers: Peers, against: Checkout | undefined): Experiment {
  const { warmup, poolWarmup, requests, slow } = workload;
  const contender = (server: BenchServer, amount = requests): AnyContender =>
    ask(server, peers, { clients: CLIENTS }, warmup, amount);
  const poolContender = (server: BenchServer): AnyContender =>
    ask(server, peers, { clients: CLIENTS }, poolWarmup, requests);
  const pool = named(`pool of ${POOL_THREADS}`, poolServer(POOL_THREADS));
  const { select, poll, epoll } = selectServers();
  const what = 'small request, CPU of the server';
  const cpu = (ours: string, peer: string, limits?: Limits): Row =>
    ratio(`${what}: ${ours}`, 'cpuPerRequestMs', ours, peer, limits);
  const rate = (ours: string, peer: string): Row[] => [
    ratio(`small requests a second: ${ours}`, 'requestsPerSecond', ours, peer),
    value(`small requests a second, how busy the client is: ${ours}`, 'clientBusy', ours, { atLeast: CLIENT_LIMIT }),
  ];
  const others = otherServers();
  const before = serversBefore(against, what, 'cpuPerRequestMs', { select, epoll }, contender);
  const poolBefore = serversBefore(against, what, 'cpuPerRequestMs', { pool }, poolContender);
  return {
    name: `small requests, ${CLIENTS} clients, one request for each connection`,
    contenders: {
      select: contender(select),
      poll: contender(poll),
      epoll: contender(epoll),
      pool: poolContender(pool),
      ...Object.fromEntries(Object.entries(others).map(([name, server]) => [name, contender(server)])),
      ...before.contenders,
      ...poolBefore.contenders,
      cEpoll: contender(peerServer(C_EPOLL, peers.epollServer)),
      cPthreads: contender(peerServer('C, a pthread each', peers.pthreadServer)),
      net: contender(netServer()),
      pythonSelect: contender(pythonServer('Python select', peers.python, 'select_server.py'), slow),
      pythonPool: contender(pythonServer('Python pool', peers.python, 'pool_server.py'), slow),
    },
    ...{ rounds: 3, sampleSeconds: 4.5 },
    rows: [
      ...SELECTORS.map((selector) => cpu(selector, 'cEpoll', { atMost: 1.1 })),
      cpu('pool', 'cPthreads', { atMost: 1.1 }),
      ...[...SELECTORS, 'pool'].map((ours) => cpu(ours, 'net', { atMost: 0.6 })),
      ...Object.keys(others).map((ours) => cpu(ours, 'net')),
      ...before.rows,
      ...poolBefore.rows,
      ...SELECTORS.flatMap((selector) => rate(selector, 'pythonSelect')),
      ...rate('pool', 'pythonPool'),
    ],
    details: REQUEST_DETAILS,
  };
}

/** One connection for all requests of a client. */
function keptConnections(
  { warmup, keptRequests }: typeof FULL,
  peers: Peers,
  against: Checkout | undefined,
): Experiment {
  const contender = (server: BenchServer): AnyContender =>
    ask(server, peers, { clients: CLIENTS, keepAlive: true }, warmup, keptRequests);
  const { select, epoll } = selectServers();
  const what = 'many small requests on one connection';
  const before = serversBefore(against, `${what}, CPU of the server`, 'cpuPerRequestMs', { select, epoll }, contender);
  return {
    name: `small requests, ${CLIENTS} clients, many requests on one connection`,
    contenders: {
      epoll: contender(epoll),
      ...(against && { select: contender(select) }),
      ...before.contenders,
      cEpoll: contender(peerServer(C_EPOLL, peers.epollServer)),
      net: contender(netServer()),
    },
    ...{ rounds: 3, sampleSeconds: 4 },
    rows: [
      ratio(`${what}, a second: epoll`, 'requestsPerSecond', 'epoll', 'cEpoll', { atLeast: 0.8 }),
      ratio(`${what}, a second: epoll`, 'requestsPerSecond', 'epoll', 'net'),
      ...before.rows,
    ],
    details: REQUEST_DETAILS,
  };
}

function ask(
  server: BenchServer,
  { load }: Peers,
  options: LoadOptions,
  warmup: LoadAmount,
  amount: LoadAmount,
): AnyContender {
  return serverContender(server, load, async (sample) => {
    await sample.run('ask', { ...options, ...warmup });
    return { metrics: await measureRequests(sample, { ...options, ...amount }) };
  });
}

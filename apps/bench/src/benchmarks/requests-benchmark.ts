/**
 * Small requests: the server computes next to nothing, so the numbers show how it handles connections. Each row is
 * explained in docs/benchmarks.md.
 */
import type { Benchmark, Contender, Experiment, MissingContender, Row, Workshop } from '../benchmark.ts';
import { serversBefore } from '../before-and-after.ts';
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
  selectServer,
  type ServerCommand,
} from '../servers/bench-servers.ts';
import type { LoadOptions } from '../servers/load-client.ts';
import { measureRequests, REQUEST_DETAILS } from '../servers/load-metrics.ts';
import { serverContender } from '../servers/server-sample.ts';

const CLIENTS = 64;
/** The pool's default: fewer threads than clients, so that most clients wait in the queue. */
const POOL_THREADS = 16;

/** How much a sample holds: requests, or seconds where processor time isn't compared. */
interface Workload {
  readonly warmup: LoadAmount;
  /** Each thread compiles for itself, and gets a part of the requests. */
  readonly poolWarmup: LoadAmount;
  /** At 25 µs each, 1.25 seconds of processor time; one tick of its clock is less than 1 % of that. */
  readonly requests: LoadAmount;
  readonly keptRequests: LoadAmount;
  /** For servers whose processor time isn't compared. */
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
const CPU = 'small request, CPU of the server';
const C_EPOLL = 'C epoll';

/** Makes the benchmark `requests`. */
export async function makeRequestsBenchmark(workshop: Workshop): Promise<Benchmark> {
  const workload = workshop.quick ? QUICK : FULL;
  const peers = await workshop.peers();
  return {
    experiments: [oneEach(workload, peers, workshop), keptConnections(workload, peers, workshop)],
    versions: peers.versions,
  };
}

/** A connection for each request. */
function oneEach(workload: Workload, peers: Peers, { against }: Workshop): Experiment {
  const { warmup, poolWarmup, requests, slow } = workload;
  const contender = (server: BenchServer, amount = requests): Contender | MissingContender =>
    ask(server, peers, { clients: CLIENTS }, warmup, amount);
  const poolContender = (server: BenchServer): Contender | MissingContender =>
    ask(server, peers, { clients: CLIENTS }, poolWarmup, requests);
  const pool = named(`pool of ${POOL_THREADS}`, poolServer(POOL_THREADS));
  const [select, poll, epoll] = OURS.map((selector) => selectServer(selector)) as [
    ServerCommand,
    ServerCommand,
    ServerCommand,
  ];
  const cpu = (ours: string, peer: string, atMost?: number): Row => ({
    ...{ what: `${CPU}: ${ours}`, metric: 'cpuPerRequestMs', ours, peer },
    goal: { kind: 'ratio', ...(atMost !== undefined && { atMost }) },
  });
  const rate = (ours: string, peer: string): Row[] => [
    { what: `small requests a second: ${ours}`, metric: 'requestsPerSecond', ours, peer, goal: { kind: 'ratio' } },
    {
      what: `small requests a second, how busy the client is: ${ours}`,
      ...{ metric: 'clientBusy', ours },
      goal: { kind: 'value', atLeast: CLIENT_LIMIT },
    },
  ];
  const others = otherServers();
  const before = serversBefore(against, CPU, 'cpuPerRequestMs', { select, epoll }, contender);
  const poolBefore = serversBefore(against, CPU, 'cpuPerRequestMs', { pool }, poolContender);
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
      ...OURS.map((selector) => cpu(selector, 'cEpoll', 1.1)),
      cpu('pool', 'cPthreads', 1.1),
      ...[...OURS, 'pool'].map((ours) => cpu(ours, 'net', 0.6)),
      ...Object.keys(others).map((ours) => cpu(ours, 'net')),
      ...before.rows,
      ...poolBefore.rows,
      ...OURS.flatMap((selector) => rate(selector, 'pythonSelect')),
      ...rate('pool', 'pythonPool'),
    ],
    details: REQUEST_DETAILS,
  };
}

/** One connection for all requests of a client. */
function keptConnections({ warmup, keptRequests }: Workload, peers: Peers, { against }: Workshop): Experiment {
  const contender = (server: BenchServer): Contender | MissingContender =>
    ask(server, peers, { clients: CLIENTS, keepAlive: true }, warmup, keptRequests);
  const [select, epoll] = [selectServer('select'), selectServer('epoll')];
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
      ...['cEpoll', 'net'].map((peer): Row => ({
        what: `${what}, a second: epoll`,
        ...{ metric: 'requestsPerSecond', ours: 'epoll', peer },
        goal: peer === 'cEpoll' ? { kind: 'ratio', atLeast: 0.8 } : { kind: 'ratio' },
      })),
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
): Contender | MissingContender {
  return serverContender(server, load, async (sample) => {
    await sample.run('ask', { ...options, ...warmup });
    return { metrics: await measureRequests(sample, { ...options, ...amount }) };
  });
}

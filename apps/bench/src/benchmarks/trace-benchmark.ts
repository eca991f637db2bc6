/**
 * What the events cost: each server writes them always, for viewers, and is compared with itself without them
 * (`--no-trace`). Processor time of a small request, in two experiments: a connection for each, and one for all.
 */
import type { Benchmark, Contender, Experiment, MissingContender, Workshop } from '../benchmark.ts';
import type { Peers } from '../peers.ts';
import { netServer, poolServer, selectServer, type ServerCommand } from '../servers/bench-servers.ts';
import type { LoadOptions } from '../servers/load-client.ts';
import { measureRequests, REQUEST_DETAILS } from '../servers/load-metrics.ts';
import { serverContender } from '../servers/server-sample.ts';

/** Fewer clients than threads of the pool: each has one. */
const CLIENTS = 16;
const POOL_THREADS = 16;
const WITHOUT = '--no-trace';

/** Each server with these flags. */
const SERVERS: Readonly<Record<string, (...flags: readonly string[]) => ServerCommand>> = {
  select: (...flags) => selectServer('select', ...flags),
  poll: (...flags) => selectServer('poll', ...flags),
  epoll: (...flags) => selectServer('epoll', ...flags),
  pool: (...flags) => poolServer(POOL_THREADS, ...flags),
  net: (...flags) => netServer(...flags),
};

type LoadAmount = Pick<LoadOptions, 'requests' | 'seconds'>;

/** How much a sample holds. */
interface Workload {
  readonly warmup: LoadAmount;
  readonly oneEach: LoadAmount;
  readonly kept: LoadAmount;
}

const FULL: Workload = { warmup: { seconds: 1 }, oneEach: { requests: 50_000 }, kept: { requests: 150_000 } };
const QUICK: Workload = { warmup: { requests: 100 }, oneEach: { requests: 300 }, kept: { requests: 300 } };

/** Makes the benchmark `trace`. */
export async function makeTraceBenchmark(workshop: Workshop): Promise<Benchmark> {
  const peers = await workshop.peers();
  const workload = workshop.quick ? QUICK : FULL;
  return {
    experiments: [
      compare('one request for each connection', { clients: CLIENTS }, [workload.warmup, workload.oneEach], peers),
      compare(
        'many requests on one connection',
        { clients: CLIENTS, keepAlive: true },
        [workload.warmup, workload.kept],
        peers,
      ),
    ],
    versions: peers.versions,
  };
}

/** Each server with and without events. */
function compare(
  what: string,
  options: LoadOptions,
  [warmup, amount]: readonly [LoadAmount, LoadAmount],
  { load }: Peers,
): Experiment {
  const contender = (server: ServerCommand): Contender | MissingContender =>
    serverContender(server, load, async (sample) => {
      await sample.run('ask', { ...options, ...warmup });
      return { metrics: await measureRequests(sample, { ...options, ...amount }) };
    });
  const pairs = Object.entries(SERVERS).flatMap(([name, server]) => [
    [name, contender(server())],
    [`${name} ${WITHOUT}`, contender(server(WITHOUT))],
  ]);
  return {
    name: `events for viewers, ${what}`,
    contenders: Object.fromEntries(pairs) as Readonly<Record<string, Contender | MissingContender>>,
    ...{ rounds: 7, sampleSeconds: 4 },
    rows: Object.keys(SERVERS).map((name) => ({
      what: `events, ${what}, CPU of the server: ${name}`,
      ...{ metric: 'cpuPerRequestMs', ours: name, peer: `${name} ${WITHOUT}` },
      goal: { kind: 'ratio', atMost: 1.02 },
    })),
    details: REQUEST_DETAILS,
  };
}

/**
 * What a flag costs: each of our servers with this flag and without. Processor time of a small request, in two experiments:
 * a connection for each, and one for all.
 */
import { type AnyContender, type Experiment, type Limits, type MakeBenchmark, ratio, withPeers } from '../benchmark.ts';
import type { Peers } from '../peers.ts';
import { netServer, poolServer, selectServer, type ServerCommand } from '../servers/bench-servers.ts';
import type { LoadOptions } from '../servers/load-client.ts';
import { measureRequests, REQUEST_DETAILS } from '../servers/load-metrics.ts';
import { type Sample, serverContender } from '../servers/server-sample.ts';

/** Fewer clients than threads of the pool: each has one. */
const CLIENTS = 16;
const POOL_THREADS = 16;

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

/** One side of the comparison. */
export interface Side {
  readonly flags: readonly string[];
  /** Begins something that goes on while the server is under load; disposing ends it. */
  readonly during?: (sample: Sample) => Promise<AsyncDisposable>;
}

/** What is compared. */
export interface FlagCost {
  /** What costs something, such as `events`. */
  readonly what: string;
  /** The servers that have it, and those that don't. */
  readonly ours: Side;
  readonly peer: Side;
  /** Of the processor time of a request. */
  readonly limits: Limits;
}

/** Makes a benchmark that compares each server with itself. */
export function flagCostBenchmark(cost: FlagCost): MakeBenchmark {
  return withPeers((peers, { quick }) => {
    const { warmup, oneEach, kept } = quick ? QUICK : FULL;
    return [
      compare(cost, 'one request for each connection', { clients: CLIENTS }, [warmup, oneEach], peers),
      compare(cost, 'many requests on one connection', { clients: CLIENTS, keepAlive: true }, [warmup, kept], peers),
    ];
  });
}

function compare(
  { what, ours, peer, limits }: FlagCost,
  where: string,
  options: LoadOptions,
  [warmup, amount]: readonly [LoadAmount, LoadAmount],
  { load }: Peers,
): Experiment {
  const contender = (server: (typeof SERVERS)[string], { flags, during }: Side): AnyContender =>
    serverContender(server(...flags), load, async (sample) => {
      await using stack = new AsyncDisposableStack();
      if (during !== undefined) stack.use(await during(sample));
      await sample.run('ask', { ...options, ...warmup });
      return { metrics: await measureRequests(sample, { ...options, ...amount }) };
    });
  const pairs = Object.entries(SERVERS).flatMap(([name, server]): [string, AnyContender][] => [
    [name, contender(server, ours)],
    [`${name}, the other`, contender(server, peer)],
  ]);
  return {
    name: `${what}, ${where}`,
    contenders: Object.fromEntries(pairs),
    ...{ rounds: 7, sampleSeconds: 4 },
    rows: Object.keys(SERVERS).map((name) =>
      ratio(`${what}, ${where}, CPU of the server: ${name}`, 'cpuPerRequestMs', name, `${name}, the other`, limits),
    ),
    details: REQUEST_DETAILS,
  };
}

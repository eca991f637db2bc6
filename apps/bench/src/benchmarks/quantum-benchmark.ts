/**
 * Processor time by quantum: the most integers that one turn of the select server sends to one client. It compares ours
 * with ours, so there is no goal; docs/decisions/0002-quantum.md uses it.
 */
import { readCpuMs } from '@concurrent-primes/harness';
import { MAX_INT32 } from '@concurrent-primes/sieve';
import { type AnyContender, type Experiment, type Plot, ratio, value, withPeers } from '../benchmark.ts';
import type { MetricName } from '../metrics.ts';
import type { Peers } from '../peers.ts';
import { FULL_TABLE, named, selectServer, type ServerCommand } from '../servers/bench-servers.ts';
import { askBesideStreams, STREAMS } from '../servers/load-metrics.ts';
import { serverContender, serverContenders } from '../servers/server-sample.ts';

type Selector = 'select' | 'epoll';
/** The quantum that the others are compared with. */
const LARGEST = 65_536;
const PRIME_BYTES = 4;

/** Quanta, and the longest answer to send with each; or a short one for a smoke run. */
const FULL = {
  waiting: { warmupSeconds: 0.3, seconds: 1.5 },
  quanta: [256, 1024, 4096, 8192, 16_384, 32_768, LARGEST],
  limit: MAX_INT32,
  primes: 105_097_565,
};
const QUICK: typeof FULL = {
  waiting: { warmupSeconds: 0.05, seconds: 0.2 },
  quanta: [256, LARGEST],
  limit: 1_000_000,
  primes: 78_498,
};

/** Makes the benchmark `quantum`. */
export const makeQuantumBenchmark = withPeers((peers, { quick }) => {
  const workload = quick ? QUICK : FULL;
  return [longAnswer('select', workload, peers), longAnswer('epoll', workload, peers), besideStreams(workload, peers)];
});

/** The server's processor time for the longest answer to one client. */
function longAnswer(selector: Selector, { quanta, limit, primes }: typeof FULL, { load }: Peers): Experiment {
  const contender = (quantum: number): AnyContender =>
    serverContender(quantumServer(selector, quantum), load, async ({ server: { pid }, run }) => {
      // The code is compiled, and the heap has grown.
      await run('stream', { clients: 1, interval: [0, 1_000_000], requests: 1 });
      const beforeMs = readCpuMs(pid);
      await run('stream', { clients: 1, interval: [0, limit], requests: 1 });
      const cpuMs = readCpuMs(pid) - beforeMs;
      return {
        metrics: {
          cpuMs,
          cpuPerMegabyteMs: cpuMs / ((PRIME_BYTES * primes) / 1e6),
          turnMs: (cpuMs / (primes / quantum)) * STREAMS,
        },
      };
    });
  return {
    name: `quantum with ${selector}`,
    contenders: Object.fromEntries(quanta.map((quantum) => [keyOf(quantum), contender(quantum)])),
    ...{ rounds: 2, sampleSeconds: 2 },
    rows: quanta.map((quantum) =>
      ratio(`server CPU, ${selector}, ${keyOf(quantum)}`, 'cpuMs', keyOf(quantum), keyOf(LARGEST)),
    ),
    plots: [
      plot(selector, quanta, 'cpu', 'processor time of the server for 1 MB of answers', 'cpuPerMegabyteMs'),
      plot(selector, quanta, 'turn', `a turn of ${STREAMS} clients that take all they can`, 'turnMs'),
    ],
  };
}

/** How long a small request waits beside 64 streaming clients. */
function besideStreams({ quanta, waiting }: typeof FULL, { load }: Peers): Experiment {
  const what = `small request beside ${STREAMS} streams, epoll`;
  const servers = quanta.map((quantum) => [keyOf(quantum), quantumServer('epoll', quantum)] as const);
  return {
    name: what,
    contenders: serverContenders(Object.fromEntries(servers), load, async (sample) => ({
      metrics: await askBesideStreams(sample, waiting),
    })),
    ...{ rounds: 2, sampleSeconds: 4 },
    rows: servers.map(([key]) => value(`${what}, p99, ${key}`, 'p99Ms', key)),
    details: ['p50Ms', 'p99Ms', 'bytesPerSecond'],
    plots: [plot('epoll', quanta, 'waiting', `p99 of a small request beside ${STREAMS} streams`, 'p99Ms')],
  };
}

function keyOf(quantum: number): string {
  return `quantum ${quantum}`;
}

function quantumServer(selector: Selector, quantum: number): ServerCommand {
  const server = selectServer(selector, ...FULL_TABLE, '--quantum', String(quantum));
  return named(`${selector}, ${keyOf(quantum)}`, server);
}

function plot(selector: Selector, quanta: readonly number[], name: string, yLabel: string, metric: MetricName): Plot {
  return {
    name: `quantum-${name}-${selector}`,
    title: `The quantum of the select server, with ${selector}`,
    ...{ xLabel: 'quantum (integers)', xScale: 'log', yLabel, metric },
    series: [{ name: selector, points: quanta.map((quantum) => ({ x: quantum, contender: keyOf(quantum) })) }],
  };
}

/**
 * How much processor time the quantum costs: the most integers that one turn of the select server sends to one client.
 * It is a comparison of ours with ours, so there is no goal; docs/decisions/0002-quantum.md reads it.
 */
import { MAX_INT32 } from '@concurrent-primes/sieve';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Benchmark, Contender, Experiment, MissingContender, Plot, Workshop } from '../benchmark.ts';
import type { FigureName, Figures } from '../figures.ts';
import { programContender } from '../program.ts';
import type { Built } from '../peers.ts';
import { askBesideStreams, type BesideStreams, STREAMS } from '../servers/beside-streams.ts';
import { selectServer } from '../servers/contestants.ts';
import { whyNoProc } from '../servers/proc.ts';
import { serverContender } from '../servers/site.ts';

const SELECTORS = ['select', 'epoll'] as const;
const QUANTA = [256, 1024, 4096, 8192, 16_384, 32_768, 65_536] as const;
/** What the others are compared with. */
const LARGEST = 65_536;

/** An answer, by quanta. */
interface Workload {
  readonly waiting: BesideStreams;
  readonly quanta: readonly number[];
  readonly limit: number;
  readonly primes: number;
}

/** The longest answer, and one for a smoke run. */
const FULL: Workload = {
  waiting: { warmupSeconds: 0.3, seconds: 1.5 },
  quanta: QUANTA,
  limit: MAX_INT32,
  primes: 105_097_565,
};
const QUICK: Workload = {
  waiting: { warmupSeconds: 0.05, seconds: 0.2 },
  quanta: [QUANTA[0], LARGEST],
  limit: 1_000_000,
  primes: 78_498,
};

const INT32_BYTES = 4;

type Selector = (typeof SELECTORS)[number];

/** Makes the benchmark `quantum`. */
export async function makeQuantumBenchmark({ quick, peers: openPeers }: Workshop): Promise<Benchmark> {
  const { quanta, limit, primes, waiting } = quick ? QUICK : FULL;
  const peers = await openPeers();
  const experiments = SELECTORS.map((selector): Experiment => ({
    name: `quantum with ${selector}`,
    contenders: Object.fromEntries(
      quanta.map((quantum) => [keyOf(quantum), contender(selector, quantum, limit, primes)]),
    ),
    expected: `${primes} primes`,
    rounds: 2,
    rows: quanta.map((quantum) => ({
      what: `server CPU, ${selector}, quantum ${quantum}`,
      figure: 'elapsedMs',
      ours: keyOf(quantum),
      peer: keyOf(LARGEST),
      goal: { kind: 'ratio' },
    })),
    plots: [
      plot(selector, quanta, 'cpu', 'processor time of the server for 1 MB of answers', 'cpuPerMegabyteMs'),
      plot(selector, quanta, 'turn', `a turn of ${STREAMS} clients who take all they can get`, 'turnMs'),
    ],
  }));
  return { experiments: [...experiments, besideStreams(quanta, waiting, peers.load)], versions: peers.versions };
}

function keyOf(quantum: number): string {
  return `quantum ${quantum}`;
}

/** How long a small request waits beside 64 clients that take all they can get. */
function besideStreams(quanta: readonly number[], waiting: BesideStreams, load: Built): Experiment {
  const what = `small request beside ${STREAMS} streams, epoll`;
  return {
    name: what,
    contenders: Object.fromEntries(
      quanta.map((quantum) => [
        keyOf(quantum),
        serverContender(selectServer('epoll', '--table', 'full', '--quantum', String(quantum)), load, async (site) => ({
          figures: await askBesideStreams(site, waiting),
        })),
      ]),
    ),
    rounds: 2,
    rows: quanta.map((quantum) => ({
      what: `${what}, p99, quantum ${quantum}`,
      figure: 'p99Ms',
      ours: keyOf(quantum),
      goal: { kind: 'value' },
    })),
    details: ['p50Ms', 'p99Ms', 'bytesPerSecond'],
    plots: [plot('epoll', quanta, 'waiting', `p99 of a small request beside ${STREAMS} streams`, 'p99Ms')],
  };
}

function contender(selector: Selector, quantum: number, limit: number, primes: number): Contender | MissingContender {
  const name = `${selector}, quantum ${quantum}`;
  const missing = whyNoProc();
  if (missing !== undefined) return { name, missing };
  const job = fileURLToPath(new URL(`../jobs/quantum${extname(import.meta.url)}`, import.meta.url));
  return programContender({
    name,
    command: [process.execPath, job, selector, String(quantum), String(limit)],
    derive: (elapsedMs): Figures => ({
      cpuPerMegabyteMs: elapsedMs / ((INT32_BYTES * primes) / 1e6),
      turnMs: (elapsedMs / (primes / quantum)) * STREAMS,
    }),
  });
}

function plot(selector: Selector, quanta: readonly number[], name: string, yLabel: string, figure: FigureName): Plot {
  return {
    name: `quantum-${name}-${selector}`,
    title: `The quantum of the select server, with ${selector}`,
    ...{ xLabel: 'quantum (integers)', xScale: 'log', yLabel, figure },
    series: [{ name: selector, points: quanta.map((quantum) => ({ x: quantum, contender: keyOf(quantum) })) }],
  };
}

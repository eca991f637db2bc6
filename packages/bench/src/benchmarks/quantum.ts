/**
 * How much processor time the quantum costs: the most integers that one turn of the select server sends to one client.
 * It is a comparison of ours with ours, so there is no goal; docs/decisions/0002-quantum.md reads it.
 */
import { MAX_INT32 } from '@concurrent-primes/sieve';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Benchmark, Experiment, Scale } from '../benchmark.ts';

const SELECTORS = ['select', 'epoll'] as const;
const QUANTA = [256, 1024, 4096, 8192, 16_384, 32_768, 65_536] as const;
/** What the others are compared with. */
const LARGEST = 65_536;

/** The longest answer, and one for a smoke run. */
const FULL = { limit: MAX_INT32, primes: 105_097_565 };
const QUICK = { limit: 1_000_000, primes: 78_498 };

/** Makes the benchmark `quantum`. */
export function makeQuantumBenchmark({ quick }: Scale): Promise<Benchmark> {
  const { limit, primes } = quick ? QUICK : FULL;
  const job = fileURLToPath(new URL(`../jobs/quantum${extname(import.meta.url)}`, import.meta.url));
  const experiments = SELECTORS.map((selector): Experiment => ({
    name: `quantum with ${selector}`,
    programs: Object.fromEntries(
      QUANTA.map((quantum) => [
        `quantum ${quantum}`,
        {
          name: `${selector}, quantum ${quantum}`,
          command: [process.execPath, job, selector, String(quantum), String(limit)],
        },
      ]),
    ),
    expected: `${primes} primes`,
    rows: QUANTA.map((quantum) => ({
      what: `server CPU, ${selector}, quantum ${quantum}`,
      ours: `quantum ${quantum}`,
      peer: `quantum ${LARGEST}`,
      goal: { kind: 'ratio' },
    })),
  }));
  return Promise.resolve({ experiments, versions: {}, close: () => undefined });
}

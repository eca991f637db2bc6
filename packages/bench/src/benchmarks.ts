/** All benchmarks, by the name that `pnpm bench NAME` takes. A new one is a file in `benchmarks/`, and a line here. */
import type { MakeBenchmark } from './benchmark.ts';
import { makeQuantumBenchmark } from './benchmarks/quantum.ts';
import { makeSieveBenchmark } from './benchmarks/sieve.ts';

/** How to make each benchmark. */
export const BENCHMARKS: Readonly<Record<string, MakeBenchmark>> = {
  quantum: makeQuantumBenchmark,
  sieve: makeSieveBenchmark,
};

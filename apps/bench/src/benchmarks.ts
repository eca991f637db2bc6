/** All benchmarks, by the name that `pnpm bench NAME` takes. A new one is a file in `benchmarks/` and a line here. */
import type { MakeBenchmark } from './benchmark.ts';
import { makeAdminBenchmark } from './benchmarks/admin-benchmark.ts';
import { makeCallsBenchmark } from './benchmarks/calls-benchmark.ts';
import { makeClientBenchmark } from './benchmarks/client-benchmark.ts';
import { makeCrowdBenchmark } from './benchmarks/crowd-benchmark.ts';
import { makeFairnessBenchmark } from './benchmarks/fairness-benchmark.ts';
import { makeFirstBenchmark } from './benchmarks/first-benchmark.ts';
import { makeLoopsBenchmark } from './benchmarks/loops-benchmark.ts';
import { makeQuantumBenchmark } from './benchmarks/quantum-benchmark.ts';
import { makeRequestsBenchmark } from './benchmarks/requests-benchmark.ts';
import { makeSieveBenchmark } from './benchmarks/sieve-benchmark.ts';
import { makeStreamBenchmark } from './benchmarks/stream-benchmark.ts';
import { makeThreadsBenchmark } from './benchmarks/threads-benchmark.ts';
import { makeTraceBenchmark } from './benchmarks/trace-benchmark.ts';
import { makeTurnBenchmark } from './benchmarks/turn-benchmark.ts';
import { makeWatchBenchmark } from './benchmarks/watch-benchmark.ts';

/** In the order in which `pnpm bench` runs them. */
export const BENCHMARKS: Readonly<Record<string, MakeBenchmark>> = {
  requests: makeRequestsBenchmark,
  stream: makeStreamBenchmark,
  fairness: makeFairnessBenchmark,
  crowd: makeCrowdBenchmark,
  turn: makeTurnBenchmark,
  first: makeFirstBenchmark,
  loops: makeLoopsBenchmark,
  calls: makeCallsBenchmark,
  threads: makeThreadsBenchmark,
  trace: makeTraceBenchmark,
  admin: makeAdminBenchmark,
  watch: makeWatchBenchmark,
  quantum: makeQuantumBenchmark,
  client: makeClientBenchmark,
  sieve: makeSieveBenchmark,
};

/** All benchmarks, by the name that `pnpm bench NAME` takes. A new one is a file in `benchmarks/`, and a line here. */
import type { MakeBenchmark } from './benchmark.ts';
import { makeCallsBenchmark } from './benchmarks/calls.ts';
import { makeClientBenchmark } from './benchmarks/client.ts';
import { makeCrowdBenchmark } from './benchmarks/crowd.ts';
import { makeFairnessBenchmark } from './benchmarks/fairness.ts';
import { makeFirstBenchmark } from './benchmarks/first.ts';
import { makeLoopsBenchmark } from './benchmarks/loops.ts';
import { makeQuantumBenchmark } from './benchmarks/quantum.ts';
import { makeRequestsBenchmark } from './benchmarks/requests.ts';
import { makeSieveBenchmark } from './benchmarks/sieve.ts';
import { makeStreamBenchmark } from './benchmarks/stream.ts';
import { makeThreadsBenchmark } from './benchmarks/threads.ts';
import { makeTurnBenchmark } from './benchmarks/turn.ts';

/** How to make each benchmark, in the order in which `pnpm bench` runs them all. */
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
  quantum: makeQuantumBenchmark,
  client: makeClientBenchmark,
  sieve: makeSieveBenchmark,
};

/**
 * Taking the measurements: rounds, in each of which every server has one turn, in an order that is shuffled anew.
 *
 * A turn is a fresh process, a warm-up, a measurement. So no server profits from what another one has compiled, cached
 * or left in the kernel, a bad minute of the machine hits all of them, and none is always the first. In one round all
 * servers get the same clients, drawn from the same seed.
 */
import type { LoadResult, LoadSnapshot, LoadPlan, RunLoadOptions } from '@concurrent-primes/load';
import { type Dialect, planFor } from './load-plan.ts';
import { ProcessWatch, usageBetween } from './process-watch.ts';
import type { GroupLoad, Round, ServerResult } from './results.ts';
import type { Scenario } from './scenario.ts';
import type { ServerSpec } from './servers/spec.ts';
import { type RunningServer, startServer } from './servers/start.ts';
import { randomFrom, shuffled } from './statistics.ts';

/** Runs clients against a server: the load engine. */
export type RunLoad = (plan: LoadPlan, options: RunLoadOptions) => Promise<LoadResult>;

/** How far a comparison is. */
export interface Turn {
  /** From 1 on. */
  readonly round: number;
  readonly rounds: number;
  readonly server: string;
  /** Turns that are over, and all. */
  readonly done: number;
  readonly all: number;
  /** Of the watched group; undefined while the server starts. */
  readonly snapshot: LoadSnapshot | undefined;
}

/** What is measured, and how. */
export interface MeasureOptions {
  readonly scenario: Scenario;
  readonly servers: readonly ServerSpec[];
  /** uint32 */
  readonly seed: number;
  readonly dialect: Dialect;
  /** Ends the measuring, and at once the server that has its turn. */
  readonly signal: AbortSignal;
  readonly runLoad: RunLoad;
  readonly onProgress?: (turn: Turn) => void;
}

/**
 * Measures servers.
 *
 * @returns one result a server, in the given order; when the signal aborts, what there is by then: whole turns
 * @throws StartFailure if a server can't be started
 */
export async function measure(options: MeasureOptions): Promise<readonly ServerResult[]> {
  const { scenario, servers, seed, signal } = options;
  const random = randomFrom(seed);
  const results = servers.map((spec) => ({
    spec,
    commandLine: undefined as string | undefined,
    rounds: [] as Round[],
  }));
  let done = 0;
  for (let round = 1; round <= scenario.rounds; round++) {
    const order = shuffled(results, random);
    for (const [at, result] of order.entries()) {
      const tell = (snapshot?: LoadSnapshot): void => {
        const all = scenario.rounds * servers.length;
        options.onProgress?.({ round, rounds: scenario.rounds, server: result.spec.name, done, all, snapshot });
      };
      tell();
      try {
        const turn = await takeTurn(options, result.spec, seed + round, tell);
        if (signal.aborted) return results;
        result.commandLine ??= turn.commandLine;
        result.rounds.push({ round, turn: at + 1, ...turn.measured });
      } catch (error) {
        if (signal.aborted) return results;
        throw error;
      }
      done++;
    }
  }
  return results;
}

type Measured = Omit<Round, 'round' | 'turn'>;

async function takeTurn(
  { scenario, dialect, signal, runLoad }: MeasureOptions,
  spec: ServerSpec,
  seed: number,
  tell: (snapshot: LoadSnapshot) => void,
): Promise<{ readonly commandLine: string; readonly measured: Measured }> {
  const extraArgs = dialect.greeting ? [...scenario.serverArgs, '--greeting'] : scenario.serverArgs;
  await using server = await startServer(spec, { extraArgs, signal });
  const over = new AbortController();
  using watch = new ProcessWatch(server.pids, () => {
    // Clients of a server that is gone would go on until their time is up.
    if (server.failure() !== undefined) over.abort();
  });
  let beganMs: number | undefined;
  const groups = await runGroups(
    scenario.groups.map((group, at) => ({
      name: group.name,
      plan: planFor(group, scenario, dialect, server.port, (seed + at * 0x1_0000) >>> 0),
    })),
    runLoad,
    AbortSignal.any([signal, over.signal]),
    (snapshot) => {
      if (snapshot.phase === 'measure') beganMs ??= performance.now() - snapshot.elapsedMs;
      tell(snapshot);
    },
  );
  watch.look();
  return { commandLine: server.commandLine, measured: roundOf(server, groups, watch, beganMs) };
}

function roundOf(
  server: RunningServer,
  groups: GroupLoad[],
  watch: ProcessWatch,
  beganMs: number | undefined,
): Measured {
  const failure = server.failure();
  const elapsedMs = groups[0]!.load.elapsedMs;
  // A run too short to have told of its measuring has ended just now.
  const fromMs = beganMs ?? performance.now() - elapsedMs;
  return {
    startMs: server.startMs,
    groups,
    usage: failure === undefined ? usageBetween(watch.samples, fromMs, fromMs + elapsedMs) : undefined,
    ...(failure !== undefined && { failure }),
  };
}

/** All groups at the same time; if one fails, the others are ended before that is told. */
async function runGroups(
  groups: readonly { readonly name: string; readonly plan: LoadPlan }[],
  runLoad: RunLoad,
  signal: AbortSignal,
  onProgress: (snapshot: LoadSnapshot) => void,
): Promise<GroupLoad[]> {
  const failed = new AbortController();
  const running = groups.map(async ({ name, plan }, at) => {
    try {
      const options = { signal: AbortSignal.any([signal, failed.signal]), ...(at === 0 && { onProgress }) };
      return { name, load: await runLoad(plan, options) };
    } catch (error) {
      failed.abort();
      throw error;
    }
  });
  await Promise.allSettled(running);
  return Promise.all(running);
}

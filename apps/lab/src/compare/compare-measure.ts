/**
 * The measurement: rounds, in each of which every server has one turn, in a newly shuffled order.
 *
 * A turn is a fresh process, a warm-up and a measurement. So no server profits from what another one has compiled,
 * cached or left in the kernel, a bad minute of the machine affects all of them, and none is always first. In one round
 * all servers get the same requests, drawn from the same seed.
 */
import { turnsOf } from '@concurrent-primes/harness';
import type { LoadPlan, LoadResult, LoadSnapshot, RunLoadOptions } from '@concurrent-primes/load';
import type { GroupLoad, Round, ServerResult } from './comparison.ts';
import { type Dialect, planFor } from './load-plan.ts';
import type { Scenario } from './scenario.ts';
import { type MeasuredServer, startMeasuredServer } from './servers/measured-server.ts';
import type { ServerSpec } from './servers/server-spec.ts';
import { ProcessWatch, usageBetween } from './server-usage.ts';

/** Runs clients against a server: the load engine. */
export type RunLoad = (plan: LoadPlan, options: RunLoadOptions) => Promise<LoadResult>;

/** The progress of a comparison. */
export interface Turn {
  /** From 1 on. */
  readonly round: number;
  readonly rounds: number;
  readonly server: string;
  /** Number of completed turns. */
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
  /** Ends the measurement, and kills the server that has its turn. */
  readonly signal: AbortSignal;
  readonly runLoad: RunLoad;
  readonly onProgress?: (turn: Turn) => void;
}

/**
 * @returns one result a server, in the given order; after an abort only the completed turns
 * @throws StartFailure if a server can't be started
 */
export async function measure(options: MeasureOptions): Promise<readonly ServerResult[]> {
  const { scenario, servers, seed, signal } = options;
  const { rounds } = scenario;
  const all = rounds * servers.length;
  const results = servers.map((spec) => ({
    spec,
    commandLine: undefined as string | undefined,
    rounds: [] as Round[],
  }));
  let done = 0;
  for (const { round, contender: result } of turnsOf(results, rounds, seed)) {
    const tell = (snapshot?: LoadSnapshot): void => {
      options.onProgress?.({ round, rounds, server: result.spec.name, done, all, snapshot });
    };
    tell();
    try {
      const turn = await takeTurn(options, result.spec, seed + round, tell);
      if (signal.aborted) return results;
      result.commandLine ??= turn.commandLine;
      result.rounds.push({ round, turn: (done % servers.length) + 1, ...turn.measured });
    } catch (error) {
      if (signal.aborted) return results;
      throw error;
    }
    done++;
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
  await using server = await startMeasuredServer(spec, { extraArgs, signal });
  const over = new AbortController();
  using watch = new ProcessWatch(server.pids, () => {
    // Without this, the clients of a server that has ended would go on until their time is up.
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
  server: MeasuredServer,
  groups: GroupLoad[],
  watch: ProcessWatch,
  beganMs: number | undefined,
): Measured {
  const failure = server.failure();
  const elapsedMs = groups[0]!.load.elapsedMs;
  // A run that is too short for a snapshot has ended just now.
  const fromMs = beganMs ?? performance.now() - elapsedMs;
  return {
    startMs: server.startMs,
    groups,
    usage: failure === undefined ? usageBetween(watch.samples, fromMs, fromMs + elapsedMs) : undefined,
    ...(failure !== undefined && { failure }),
  };
}

/** Runs all groups at the same time. If one fails, the others are ended before the error is thrown. */
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

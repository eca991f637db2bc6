/**
 * A contender that is a program: it does its work, and prints how long that took and its result.
 *
 * Each program times itself with a monotonic clock, so no time includes the start of a process, of Node or of the dynamic
 * linker; its header says what the time does include. All run in processes of their own, so none benefits from what
 * another has compiled, allocated or cached.
 */
import { describeEnd, runCommand } from '@concurrent-primes/harness';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { AnyContender, Contender } from './benchmark.ts';
import type { Metrics } from './metrics.ts';
import type { Built } from './peers.ts';

/** How to run a program. */
export interface Program {
  readonly name: string;
  readonly command: readonly [string, ...string[]];
  readonly input?: string;
  /** Runs for one sample, of which the shortest time counts; for programs that don't repeat their work. */
  readonly processesPerSample?: number;
  /** Reads its output; default: {@link readJson}. */
  readonly read?: (stdout: string) => TimedResult;
  /** Metrics that follow from the time. */
  readonly derive?: (elapsedMs: number) => Metrics;
}

/** What a program prints. */
export interface TimedResult {
  readonly elapsedMs: number;
  /** Equal for all programs that do the same work. */
  readonly result: string;
}

/** No program takes this long for a sample. */
const TIME_LIMIT_MS = 300_000;

/** A program as a contender, with the metric `elapsedMs` and those derived from it. */
export function programContender(program: Program): Contender {
  return {
    name: program.name,
    sample: async () => {
      const { elapsedMs, result } = await runProgram(program);
      return { metrics: { elapsedMs, ...program.derive?.(elapsedMs) }, result };
    },
  };
}

/** A program of `jobs/` as a contender. */
export function jobProgram(
  name: string,
  job: string,
  args: readonly (number | string)[],
  more: Partial<Program> = {},
): Contender {
  return programContender({ name, command: [process.execPath, jobPath(job), ...args.map(String)], ...more });
}

/** The path of a program of `jobs/`, in the sources or in dist. */
export function jobPath(job: string): string {
  return fileURLToPath(new URL(`./jobs/${job}-job${extname(import.meta.url)}`, import.meta.url));
}

/** A peer that is a program as a contender. */
export function builtProgram(
  name: string,
  peer: Built,
  args: readonly string[],
  more: Partial<Program> = {},
): AnyContender {
  if ('missing' in peer) return { name, missing: peer.missing };
  return programContender({ name, command: [peer.path, ...args], ...more });
}

/**
 * Takes one sample of a program.
 *
 * @throws Error if the program can't be started, fails, takes more than five minutes, or prints no outcome
 */
export async function runProgram(program: Program): Promise<TimedResult> {
  const outcomes: TimedResult[] = [];
  for (let i = 0; i < (program.processesPerSample ?? 1); i++) outcomes.push(await runOnce(program));
  return outcomes.reduce((least, outcome) => (outcome.elapsedMs < least.elapsedMs ? outcome : least));
}

async function runOnce({ name, command, input, read = readJson }: Program): Promise<TimedResult> {
  const end = await runCommand(command, { input, timeoutMs: TIME_LIMIT_MS });
  if (end.code !== 0) {
    throw new Error(`cannot measure ${name}: must exit with 0, got ${describeEnd(end)}\n${end.stderr}`);
  }
  try {
    return read(end.stdout);
  } catch (cause) {
    throw new Error(`cannot measure ${name}: must print an outcome, got ${JSON.stringify(end.stdout)}`, { cause });
  }
}

/** Reads the output of our own programs, `{"elapsedMs": 1.5, "result": "…"}`; throws if it is anything else. */
export function readJson(stdout: string): TimedResult {
  const { elapsedMs, result } = JSON.parse(stdout) as Partial<TimedResult>;
  if (typeof elapsedMs !== 'number' || typeof result !== 'string') throw new TypeError('no outcome');
  return { elapsedMs, result };
}

/** Reads the output of `primesieve --time --quiet`; throws if it is anything else. */
export function readPrimesieve(stdout: string): TimedResult {
  const match = /^Seconds: (\d+\.\d+)\n(\d+)\n$/.exec(stdout);
  if (match === null) throw new TypeError('no outcome');
  return { elapsedMs: Number(match[1]) * 1000, result: match[2]! };
}

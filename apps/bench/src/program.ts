/**
 * A contender that is a program: it does its work, says how long that took, and what came out.
 *
 * The programs time themselves, by a monotonic clock of their own. So the start of a process, of Node or of a dynamic
 * linker, is in nobody's figure; what is in it, each program's head says. And as all run in processes of their own,
 * none profits from what another one has compiled, allocated or left in a cache of the heap.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import type { Contender } from './benchmark.ts';
import type { Figures } from './figures.ts';

/** One that can be run. */
export interface Program {
  /** As it stands in the report. */
  readonly name: string;
  readonly command: readonly [string, ...string[]];
  /** What it reads on stdin. */
  readonly input?: string;
  /** How often it is run for one sample, which is the least time; for programs that don't repeat their work. */
  readonly processesPerSample?: number;
  /** Reads its output; without this, it is {@link readJson}'s. */
  readonly read?: (stdout: string) => TimedResult;
  /** Figures that follow from the time. */
  readonly derive?: (elapsedMs: number) => Figures;
}

/** What a program says of its work. */
export interface TimedResult {
  readonly elapsedMs: number;
  /** What came out; the same for all programs that do the same work. */
  readonly result: string;
}

/** No program of ours or a peer takes so long for one sample. */
const TIME_LIMIT_MS = 300_000;

/** The program as a contender, whose figure is `elapsedMs` and what is derived from it. */
export function programContender(program: Program): Contender {
  return {
    name: program.name,
    sample: async () => {
      const { elapsedMs, result } = await runProgram(program);
      return { figures: { elapsedMs, ...program.derive?.(elapsedMs) }, result };
    },
  };
}

/**
 * Takes one sample of a program.
 *
 * @throws Error if it can't be started, fails, takes more than five minutes, or says something else than an outcome
 */
export async function runProgram(program: Program): Promise<TimedResult> {
  const outcomes: TimedResult[] = [];
  for (let i = 0; i < (program.processesPerSample ?? 1); i++) outcomes.push(await runOnce(program));
  return outcomes.reduce((least, outcome) => (outcome.elapsedMs < least.elapsedMs ? outcome : least));
}

async function runOnce({ name, command: [file, ...args], input = '', read = readJson }: Program): Promise<TimedResult> {
  const child = spawn(file, args, { stdio: 'pipe', timeout: TIME_LIMIT_MS, killSignal: 'SIGKILL' });
  // Who doesn't read its input may be gone before it is written; its exit code tells the rest.
  child.stdin.on('error', () => undefined).end(input);
  const [stdout, stderr, [code, signal]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>,
  ]);
  if (code !== 0) {
    const end = signal === null ? `exited with ${String(code)}` : `was ended by ${signal}`;
    throw new Error(`Cannot measure ${name}: it must exit with 0, ${end}\n${stderr}`);
  }
  try {
    return read(stdout);
  } catch (cause) {
    throw new Error(`Cannot measure ${name}: it must print an outcome, printed ${JSON.stringify(stdout)}`, { cause });
  }
}

/**
 * Reads the output of our own programs: `{"elapsedMs": 1.5, "result": "…"}`.
 *
 * @throws Error if it is something else
 */
export function readJson(stdout: string): TimedResult {
  const { elapsedMs, result } = JSON.parse(stdout) as Partial<TimedResult>;
  if (typeof elapsedMs !== 'number' || typeof result !== 'string') throw new TypeError('no outcome');
  return { elapsedMs, result };
}

/**
 * Reads the output of `primesieve --time --quiet`.
 *
 * @throws Error if it is something else
 */
export function readPrimesieve(stdout: string): TimedResult {
  const match = /^Seconds: (\d+\.\d+)\n(\d+)\n$/.exec(stdout);
  if (match === null) throw new TypeError('no outcome');
  return { elapsedMs: Number(match[1]) * 1000, result: match[2]! };
}

/**
 * Runs commands with a time limit, so that nothing outlives the script that started it.
 *
 * Each command leads a process group of its own: killing the group ends what the command itself started (pnpm starts
 * turbo, turbo starts pnpm, that starts tsc). The price is that Ctrl-C of the terminal, which goes to the foreground
 * group only, doesn't reach it: so while commands run, handlers stand by that kill every living group on the way out.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { constants } from 'node:os';

/** How a command is run. */
export interface RunOptions {
  /** Working directory; the current one when absent. */
  readonly cwd?: string;
  /** Whole environment; that of this process when absent. */
  readonly env?: NodeJS.ProcessEnv;
  /** The command's group is killed after this many milliseconds. */
  readonly timeoutMs: number;
  /** Called with each piece of output as it comes, of stdout and stderr alike. */
  readonly onOutput?: (text: string) => void;
}

/** How a command ended. */
export interface RunResult {
  /** Exit code; `null` when a signal ended it. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly timedOut: boolean;
  readonly stdout: string;
  /** stdout and stderr, as they came. */
  readonly output: string;
  readonly elapsedMs: number;
}

/** A command did not end with exit code 0. */
export class CommandError extends Error {
  readonly result: RunResult;

  constructor(command: string, args: readonly string[], result: RunResult) {
    super(`run ${[command, ...args].join(' ')}: must exit with 0, ${describeEnd(result)}\n${result.output.trimEnd()}`);
    this.name = 'CommandError';
    this.result = result;
  }
}

/**
 * Runs a command to its end and collects its output.
 *
 * @param command - Program, looked up on PATH.
 * @param args - Its arguments; no shell is between.
 * @returns How it ended, whatever the exit code.
 * @throws Error of `spawn` when the program can't be started.
 */
export async function run(command: string, args: readonly string[], options: RunOptions): Promise<RunResult> {
  const startMs = performance.now();
  const child = spawnGroup(command, args, options);
  const result = { stdout: '', output: '', timedOut: false };
  const timer = setTimeout(() => {
    result.timedOut = true;
    killGroup(child, 'SIGKILL');
  }, options.timeoutMs);
  const collect = (text: string): void => {
    result.output += text;
    options.onOutput?.(text);
  };
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    result.stdout += text;
    collect(text);
  });
  child.stderr?.setEncoding('utf8').on('data', collect);
  try {
    const { code, signal } = await ended(child);
    return { ...result, code, signal, elapsedMs: performance.now() - startMs };
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Runs a command that has to succeed.
 *
 * @throws CommandError, with the whole output, when it ends with anything but exit code 0.
 */
export async function runOrThrow(command: string, args: readonly string[], options: RunOptions): Promise<RunResult> {
  const result = await run(command, args, options);
  if (result.code !== 0 || result.timedOut) throw new CommandError(command, args, result);
  return result;
}

/**
 * Starts a command in a process group of its own, with piped stdout and stderr and no stdin.
 *
 * The group is killed when this process exits first.
 */
export function spawnGroup(
  command: string,
  args: readonly string[],
  options: Pick<RunOptions, 'cwd' | 'env'> = {},
): ChildProcess {
  const child = spawn(command, args, {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    cwd: options.cwd,
    env: options.env,
  });
  track(child);
  return child;
}

/** Sends a signal to a child's whole process group; a group that is gone already is fine. */
export function killGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/**
 * Waits until a child has ended and its output is complete.
 *
 * @throws Error of `spawn` when the program can't be started.
 */
export function ended(child: ChildProcess): Promise<{ code: number | null; signal: NodeJS.Signals | null }> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      resolve({ code, signal });
    });
  });
}

/** Says in a few words how a command ended, for error messages. */
export function describeEnd(result: Pick<RunResult, 'code' | 'signal' | 'timedOut'>): string {
  if (result.timedOut) return 'ran out of time';
  return result.signal === null ? `exited with ${String(result.code)}` : `was ended by ${result.signal}`;
}

const liveChildren = new Set<ChildProcess>();
const FATAL_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Keeps the handlers installed exactly while a child lives: without one, signals mean what they always mean. */
function track(child: ChildProcess): void {
  if (liveChildren.size === 0) {
    process.on('exit', killAll);
    for (const signal of FATAL_SIGNALS) process.on(signal, exitBySignal);
  }
  liveChildren.add(child);
  const untrack = (): void => {
    if (!liveChildren.delete(child) || liveChildren.size > 0) return;
    process.off('exit', killAll);
    for (const signal of FATAL_SIGNALS) process.off(signal, exitBySignal);
  };
  child.once('close', untrack);
  child.once('error', untrack);
}

function killAll(): void {
  for (const child of liveChildren) killGroup(child, 'SIGKILL');
}

function exitBySignal(signal: NodeJS.Signals): void {
  // The shell's convention for "ended by a signal".
  process.exit(128 + constants.signals[signal]);
}

/** The built program in a process of its own, as a user runs it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { cpuTimeMs, eventually, within } from '@concurrent-primes/fixtures';

const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
const DEADLINE_MS = 20_000;

/** How a process has ended, and all that it wrote. */
export interface Ending {
  /** Undefined when a signal has ended it. */
  readonly code: number | undefined;
  readonly signal: NodeJS.Signals | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** One run of the program; disposing kills it if it still runs. */
export class ServerProcess implements AsyncDisposable {
  /** Its end, however late it comes. */
  readonly end: Promise<Ending>;
  readonly #child: ChildProcess;
  #stdout = '';
  #stderr = '';

  /**
   * @param args of the program
   * @param prefix a command that executes its arguments as a command, in the same process: `strace -D`, a shell's `exec`
   */
  constructor(args: readonly string[], prefix: readonly string[] = []) {
    const [command, ...rest] = [...prefix, process.execPath, MAIN, ...args] as [string, ...string[]];
    const child = spawn(command, rest, { stdio: ['ignore', 'pipe', 'pipe'] });
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => (this.#stdout += chunk));
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => (this.#stderr += chunk));
    this.#child = child;
    this.end = once(child, 'close').then(([code, signal]: (number | NodeJS.Signals | null)[]) => ({
      code: (code as number | null) ?? undefined,
      signal: (signal as NodeJS.Signals | null) ?? undefined,
      stdout: this.#stdout,
      stderr: this.#stderr,
    }));
  }

  /** Starts it and waits until it listens. */
  static async listening(args: readonly string[], prefix?: readonly string[]): Promise<ServerProcess> {
    const server = new ServerProcess(args, prefix);
    try {
      await eventually(() => server.port, { deadlineMs: DEADLINE_MS });
    } catch (error) {
      await server[Symbol.asyncDispose]();
      throw error;
    }
    return server;
  }

  /** What it has written so far. */
  get stdout(): string {
    return this.#stdout;
  }

  get stderr(): string {
    return this.#stderr;
  }

  get pid(): number {
    return this.#child.pid!;
  }

  /** Where it listens, as its first line says. */
  get port(): number {
    const match = /^listening on \S+:(\d+) \(/.exec(this.#stdout);
    if (match === null)
      throw new Error(`ServerProcess: it must say where it listens, it said ${this.#stdout}${this.#stderr}`);
    return Number(match[1]);
  }

  /** The processor time that all its threads have used so far, in milliseconds. proc_pid_stat(5) */
  get cpuMs(): number {
    return cpuTimeMs(this.pid);
  }

  /** From now on nobody reads what it writes to stdout: it gets EPIPE. */
  closeStdout(): void {
    this.#child.stdout!.destroy();
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  /** Waits for its end. */
  ended(): Promise<Ending> {
    return within(this.end, DEADLINE_MS, 'the server process to end');
  }

  /** Tells it to stop, and waits for its end. */
  stop(): Promise<Ending> {
    this.signal('SIGTERM');
    return this.ended();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.end;
  }
}

/** Runs the program to its end, for runs that end by themselves. */
export function runToEnd(...args: string[]): Promise<Ending> {
  return runToEndUnder([], ...args);
}

/** The same behind a command that executes its arguments, see {@link ServerProcess}. */
export async function runToEndUnder(prefix: readonly string[], ...args: string[]): Promise<Ending> {
  await using run = new ServerProcess(args, prefix);
  return await run.ended();
}

/** The built program in a process of its own, as a user runs it. */
import { fileURLToPath } from 'node:url';
import { within } from '@concurrent-primes/fixtures';
import { type Command, type ProcessEnd, ProcessGroup, readCpuMs } from '@concurrent-primes/harness';

const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
const DEADLINE_MS = 60_000;
const LISTENING = /^listening on \S+:(\d+) \(.*\n/;

/** One run of the program; disposing kills it if it still runs. */
export class ServerProcess extends ProcessGroup {
  /**
   * @param args - arguments of the program
   * @param prefix - a command that executes its arguments as a command, in the same process: `strace -D`, a shell's `exec`
   */
  constructor(args: readonly string[], prefix: readonly string[] = []) {
    super([...prefix, process.execPath, MAIN, ...args] as unknown as Command);
  }

  /** Starts it and waits until it listens. */
  static async listening(args: readonly string[], prefix?: readonly string[]): Promise<ServerProcess> {
    const server = new ServerProcess(args, prefix);
    const found = await server.find(() => LISTENING.exec(server.stdout)?.[0], AbortSignal.timeout(DEADLINE_MS));
    if (found !== undefined) return server;
    throw new Error(`cannot start the server: it must listen, got ${server.output}`);
  }

  /** The port in its first line. */
  get port(): number {
    return Number(LISTENING.exec(this.stdout)![1]);
  }

  /** Processor time of all its threads, in milliseconds. */
  get cpuMs(): number {
    return readCpuMs(this.pid);
  }

  /** Sends a signal to the program alone, as a supervisor does. */
  override signal(name: NodeJS.Signals): void {
    process.kill(this.pid, name);
  }

  /** Sends SIGTERM to the program alone, and waits for its end. */
  override stop(): Promise<ProcessEnd> {
    this.signal('SIGTERM');
    return this.ended();
  }

  /** Waits for its end. */
  ended(): Promise<ProcessEnd> {
    return within(this.closed, DEADLINE_MS, 'the server process to end');
  }
}

/** Runs the program to its end, for runs that end by themselves. */
export function runToEnd(...args: string[]): Promise<ProcessEnd> {
  return runToEndUnder([], ...args);
}

/** Runs it to its end under a command that executes its arguments, see {@link ServerProcess}. */
export async function runToEndUnder(prefix: readonly string[], ...args: string[]): Promise<ProcessEnd> {
  await using run = new ServerProcess(args, prefix);
  return await run.ended();
}

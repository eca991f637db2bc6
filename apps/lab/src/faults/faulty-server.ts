/** The server under a fault: a process that is started as the fault wants it, restarted, and ended by SIGTERM. */
import { type Command, ServerProcess } from '@concurrent-primes/harness';
import { SERVER_PROGRAM } from '@concurrent-primes/server/architectures';
import { setTimeout as delay } from 'node:timers/promises';
import type { Fault } from './fault.ts';

const START_TIMEOUT_MS = 30_000;
/** Longer than the server's drain timeout, 10 s. */
const STOP_TIMEOUT_MS = 15_000;

/** How a server has ended. */
export interface ServerEnd {
  /** Exit code; undefined if it was killed. */
  readonly code: number | undefined;
  /** Time from SIGTERM to its end; undefined if it had ended before. */
  readonly stopMs: number | undefined;
}

/** Options of {@link FaultyServer.start}. */
export interface FaultyServerOptions {
  /** Arguments of the `server` command. */
  readonly args: readonly string[];
  readonly fault: Fault;
  /** Working directory: a server that fails writes a file there. */
  readonly folder: string;
  readonly signal: AbortSignal;
}

/** A server under a fault. Disposing kills it. */
export class FaultyServer implements AsyncDisposable {
  readonly #options: FaultyServerOptions;
  #process: ServerProcess;
  /** How each process has ended so far. */
  readonly ends: ServerEnd[] = [];

  /**
   * Starts it and waits until it listens.
   *
   * @throws StartFailure if it doesn't start; the signal's reason
   */
  static async start(options: FaultyServerOptions): Promise<FaultyServer> {
    return new FaultyServer(options, await startProcess(options, 0));
  }

  private constructor(options: FaultyServerOptions, first: ServerProcess) {
    this.#options = options;
    this.#process = first;
  }

  get pid(): number {
    return this.#process.pid;
  }

  get port(): number {
    return this.#process.port;
  }

  /** Whether the process has ended. */
  get hasEnded(): boolean {
    return this.#process.ending !== undefined;
  }

  /** The last line of its log; empty if the log is not read. */
  get lastLine(): string {
    return this.#process.stderr.trimEnd().split('\n').at(-1) ?? '';
  }

  /** Stops it by SIGTERM, and starts another process on the same port when it has ended. */
  async restart(): Promise<void> {
    const { port } = this;
    await this.stop();
    this.#process = await startProcess(this.#options, port);
  }

  /** Sends SIGTERM to the program alone, and waits for its end; kills it if that takes too long. */
  async stop(): Promise<void> {
    const { hasEnded } = this;
    const beganMs = performance.now();
    if (!hasEnded) process.kill(this.pid, 'SIGTERM');
    const end = await Promise.race([this.#process.exited, delay(STOP_TIMEOUT_MS, undefined, { ref: false })]);
    const stopMs = performance.now() - beganMs;
    await this.#process[Symbol.asyncDispose]();
    this.ends.push({ code: end?.code, stopMs: hasEnded ? undefined : stopMs });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#process[Symbol.asyncDispose]();
  }
}

async function startProcess(
  { args, fault, folder, signal }: FaultyServerOptions,
  port: number,
): Promise<ServerProcess> {
  // The table is full at once, so that it doesn't look like memory that stays behind.
  const flags = [...(fault.args ?? []), '--table', 'full', '--port', String(port)];
  const command = [...(fault.prefix ?? []), process.execPath, SERVER_PROGRAM, ...args, ...flags];
  using log = fault.openLog?.();
  return await ServerProcess.start(command as unknown as Command, {
    cwd: folder,
    stderr: log?.descriptor,
    timeoutMs: START_TIMEOUT_MS,
    signal,
  });
}

/**
 * A server as a process: started, found listening, ended with everything that it has started.
 *
 * The port is found in one of two ways. A server of ours is started with `--port 0` and prints `listening on HOST:PORT`
 * once it listens. Any other server is given a free port, and the kernel's table of sockets says when it listens: a
 * connection made only to try would be the server's first client.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { freePort, isListening } from './listening-port.ts';
import { type Command, type ProcessEnd, ProcessGroup, type SpawnOptions } from './process-group.ts';

/** The port's placeholder in a shell command. */
export const PORT_PLACEHOLDER = '{port}';

/** Enough for compilers, virtual machines, and a table of all primes. */
const START_MS = 30_000;
const LOOK_AGAIN_MS = 10;
const LISTENING = /^listening on \S+:(\d+)\b.*$/m;

export class StartFailure extends Error {
  override readonly name = 'StartFailure';
}

/** A command whose server prints its port, or a function that makes a command for a given port. */
export type ServerCommand = Command | ((port: number) => Command);

export interface StartOptions extends SpawnOptions {
  /** The server's name in messages. Default: its command. */
  readonly name?: string;
  /** Time limit until it listens, in milliseconds. Default: 30 s. */
  readonly timeoutMs?: number;
  /** What the user can do when that is too short, such as `see --start-timeout`. */
  readonly remedy?: string;
  /** Gives up. */
  readonly signal?: AbortSignal;
  /** Called each time a server with a given port doesn't listen yet. */
  readonly onWait?: (port: number, waitedMs: number) => void;
}

export class ServerProcess extends ProcessGroup {
  readonly #beganMs = performance.now();
  #port = 0;
  #startMs = 0;

  /**
   * Starts a server and waits until it listens.
   *
   * @throws StartFailure with its output if it ends or exceeds the time limit before it listens; the signal's reason
   */
  static async start(command: ServerCommand, options: StartOptions = {}): Promise<ServerProcess> {
    options.signal?.throwIfAborted();
    const port = typeof command === 'function' ? await freePort() : undefined;
    const line = typeof command === 'function' ? command(port!) : command;
    const server = new ServerProcess(line, options);
    try {
      server.#port = await server.#listening(port, { name: line.join(' '), timeoutMs: START_MS, ...options });
      server.#startMs = performance.now() - server.#beganMs;
      return server;
    } catch (error) {
      await server.stop();
      throw error;
    }
  }

  get port(): number {
    return this.#port;
  }

  /** Time from the start of the process until it listened, in milliseconds. */
  get startMs(): number {
    return this.#startMs;
  }

  /** The line with which it announced its port; undefined if it announced none. */
  get announcement(): string | undefined {
    return this.#announced()?.[0];
  }

  /**
   * Asks the server to end by SIGTERM and expects that it does, in order.
   *
   * @param timeoutMs - time limit; it is killed then
   * @throws Error with its output if it ends late or with anything but exit code 0
   */
  async stopInOrder(timeoutMs: number): Promise<ProcessEnd> {
    const end = await this.stop(timeoutMs);
    if (end.code === 0) return end;
    const got = end.signal === 'SIGKILL' ? `it did not within ${timeoutMs} ms` : `it ended with ${this.ending!}`;
    throw new Error(`cannot stop the server: it must exit with 0 after SIGTERM, ${got}. ${this.#printed()}`);
  }

  async #listening(
    port: number | undefined,
    { name, timeoutMs, remedy, signal, onWait }: StartOptions & { readonly name: string; readonly timeoutMs: number },
  ): Promise<number> {
    const requirement = port === undefined ? 'print "listening on HOST:PORT"' : `listen on port ${port}`;
    const failure = (why: string): StartFailure =>
      new StartFailure(`cannot start ${name}: it must ${requirement}, ${why}. ${this.#printed()}`);
    const late = (): StartFailure =>
      failure(`it did not within ${timeoutMs / 1000} s${remedy === undefined ? '' : ` (${remedy})`}`);
    const deadline = new AbortController();
    const timer = setTimeout(() => {
      deadline.abort(late());
    }, timeoutMs);
    const signals = AbortSignal.any([deadline.signal, ...(signal === undefined ? [] : [signal])]);
    try {
      const found =
        port === undefined
          ? await this.find(() => Number(this.#announced()?.[1] ?? NaN) || undefined, signals)
          : await this.#watch(port, signals, (waitedMs) => onWait?.(port, Math.min(waitedMs, timeoutMs)));
      if (found === undefined) throw failure(`it ended with ${this.ending!}`);
      return found;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Resolves with the port when it is listened on, with undefined when the server ends. */
  async #watch(port: number, signal: AbortSignal, onWait: (waitedMs: number) => void): Promise<number | undefined> {
    for (;;) {
      const lookMs = performance.now();
      if (await isListening(port)) return port;
      signal.throwIfAborted();
      if (this.ending !== undefined) {
        await this.exited;
        return undefined;
      }
      const nowMs = performance.now();
      onWait(nowMs - this.#beganMs);
      // A look that takes long must not take the processor from the server.
      await delay(Math.max(LOOK_AGAIN_MS, nowMs - lookMs));
    }
  }

  #announced(): RegExpExecArray | null {
    // An unfinished line may hold half of the port.
    return LISTENING.exec(this.stdout.slice(0, this.stdout.lastIndexOf('\n') + 1));
  }

  #printed(): string {
    return this.output === '' ? 'It printed nothing.' : `It printed:\n${this.output.trimEnd()}`;
  }
}

/** Makes a server command for the shell, such as `python3 server.py {port}`; each `{port}` is replaced by the port. */
export function shellCommand(text: string): (port: number) => Command {
  return (port) => ['/bin/sh', '-c', text.replaceAll(PORT_PLACEHOLDER, String(port))];
}

/**
 * Anyone's server as a process: started on a free port, found listening, ended with all that it has started.
 *
 * It leads a process group of its own, because a shell starts the server, and the server may start more. Ctrl-C in a
 * terminal doesn't reach that group: it is ended here, whatever ends this process.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort, isListening } from './listening.ts';

/** Stands in a command for the port. */
export const PORT_PLACEHOLDER = '{port}';

/** Compilers and virtual machines need their time, and so does filling a table of all primes. */
const START_MS = 30_000;
const LOOK_AGAIN_MS = 10;
/** How long it may take to end when asked, before it is killed. */
const STOP_MS = 2000;
/** How long its last words may take. They would be waited for in vain when a process that it started holds the pipe. */
const LAST_WORDS_MS = 100;
/** How much of what it prints is kept: the end, where the reason stands. */
const KEPT_CHARACTERS = 4000;

/** A server did not come to listen. */
export class StartFailure extends Error {
  override readonly name = 'StartFailure';
}

/** Makes a program with its arguments out of the port that it is to listen on. */
export type CommandFor = (port: number) => readonly [program: string, ...args: string[]];

/**
 * A command for the shell.
 *
 * @param text - such as `python3 server.py {port}`, which becomes the port wherever it stands
 */
export function shellCommand(text: string): CommandFor {
  return (port) => ['/bin/sh', '-c', text.replaceAll(PORT_PLACEHOLDER, String(port))];
}

/** How patiently a server is waited for. */
export interface StartPatience {
  /** How long it may take until it listens. Default: 30 s. */
  readonly timeoutMs?: number;
  /** What the user can do when that is too short, such as `see --start-timeout`. */
  readonly remedy?: string;
  /** Is told each time that it does not listen yet, and for how long it has been waited for. */
  readonly onWait?: (port: number, waitedMs: number) => void;
}

/** A running server. */
export class ServerProcess {
  readonly port: number;
  /** Resolves when the leader of its group has ended, and what it printed has been read. */
  readonly ended: Promise<void>;
  readonly #child: ChildProcess;
  readonly #beganMs = performance.now();
  readonly #kill = (): void => {
    this.kill();
  };
  #startMs = 0;
  #output = '';
  #ending: string | undefined;
  #stopped: Promise<void> | undefined;

  /**
   * Starts a server and waits until it listens.
   *
   * @param name - what messages call it
   * @param command - how it is started
   * @param signal - gives up
   * @param patience - see {@link StartPatience}
   * @throws StartFailure with what it printed, if it ends or its time is over before; the signal's reason
   */
  static async start(
    name: string,
    command: CommandFor,
    signal: AbortSignal,
    patience: StartPatience = {},
  ): Promise<ServerProcess> {
    signal.throwIfAborted();
    const port = await freePort();
    const server = new ServerProcess(command(port), port);
    try {
      await server.#listening(name, signal, patience);
    } catch (error) {
      await server.stop();
      throw error;
    }
    return server;
  }

  private constructor([program, ...args]: ReturnType<CommandFor>, port: number) {
    this.port = port;
    const child = spawn(program, args, { detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        this.#output = (this.#output + text).slice(-KEPT_CHARACTERS);
      });
    }
    const closed = new Promise((resolve) => child.once('close', resolve));
    this.ended = new Promise((resolve) => {
      child.once('exit', (code, signal) => {
        this.#ending ??= signal === null ? `exit code ${String(code)}` : `signal ${signal}`;
        void Promise.race([closed, delay(LAST_WORDS_MS, undefined, { ref: false })]).then(() => {
          resolve();
        });
      });
      // It could not be started, so that no exit follows.
      child.once('error', (error) => {
        this.#ending ??= error.message;
        resolve();
      });
    });
    process.on('exit', this.#kill);
  }

  /** From the start of the process until it listened, in milliseconds. */
  get startMs(): number {
    return this.#startMs;
  }

  /** The process id of its leader, which is the id of its group. */
  get pid(): number {
    return this.#child.pid!;
  }

  /** The last that it has printed, on both streams. */
  get output(): string {
    return this.#output.trimEnd();
  }

  /** How it has ended, such as `exit code 1` or `signal SIGSEGV`; undefined while it runs. */
  get ending(): string | undefined {
    return this.#ending;
  }

  /** Ends all of it at once, by force; {@link ServerProcess.stop} still has to be called. */
  kill(): void {
    this.#signalGroup('SIGKILL');
  }

  /** Ends all of it, in order or, when that takes two seconds, by force. It is done once, however often it is called. */
  stop(): Promise<void> {
    return (this.#stopped ??= this.#stop());
  }

  async #stop(): Promise<void> {
    this.#signalGroup('SIGTERM');
    await Promise.race([this.ended, delay(STOP_MS, undefined, { ref: false })]);
    // Also when its leader has ended: a child of its own may live on.
    this.kill();
    await this.ended;
    process.off('exit', this.#kill);
  }

  async #listening(name: string, signal: AbortSignal, patience: StartPatience): Promise<void> {
    const { timeoutMs = START_MS, remedy, onWait } = patience;
    const failure = (why: string): StartFailure => {
      const printed = this.output === '' ? 'It printed nothing.' : `It printed:\n${this.output}`;
      return new StartFailure(`cannot start ${name}: it must listen on port ${this.port}, ${why}. ${printed}`);
    };
    for (;;) {
      const lookMs = performance.now();
      if (await isListening(this.port)) break;
      signal.throwIfAborted();
      if (this.#ending !== undefined) {
        await this.ended;
        throw failure(`it ended with ${this.#ending}`);
      }
      const nowMs = performance.now();
      const waitedMs = nowMs - this.#beganMs;
      if (waitedMs > timeoutMs) {
        throw failure(`it did not within ${timeoutMs / 1000} s${remedy === undefined ? '' : ` (${remedy})`}`);
      }
      onWait?.(this.port, waitedMs);
      // Where looking takes long it must not take the processor from the server.
      await delay(Math.max(LOOK_AGAIN_MS, nowMs - lookMs));
    }
    this.#startMs = performance.now() - this.#beganMs;
  }

  #signalGroup(name: NodeJS.Signals): void {
    if (this.#child.pid === undefined) return;
    try {
      process.kill(-this.#child.pid, name);
    } catch (error) {
      // No such group: all of it has ended.
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
}

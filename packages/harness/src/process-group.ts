/**
 * A program that leads a process group of its own, so that everything it starts can be ended as well.
 *
 * A shell starts the server, the server forks, pnpm starts turbo which starts tsc: a signal to the first process alone
 * would leave the others behind. The price of a group of its own is that Ctrl-C in a terminal, which goes to the
 * foreground group only, doesn't reach it. So while programs run, handlers kill every living group when this process
 * exits. A fatal signal ends this process with 128 + its number, unless the application handles that signal itself.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { constants } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';

/** A program, looked up on PATH, and its arguments; no shell is involved. */
export type Command = readonly [program: string, ...args: string[]];

export interface SpawnOptions {
  /** Working directory. Default: that of this process. */
  readonly cwd?: string | undefined;
  /** The whole environment. Default: that of this process. */
  readonly env?: NodeJS.ProcessEnv | undefined;
  /** Open descriptors that it inherits, as 3, 4 and so on. Default: none. */
  readonly descriptors?: readonly number[] | undefined;
  /** Text for its stdin, which is closed after it. Default: none. */
  readonly input?: string | undefined;
  /** Descriptor that its stderr is written to, which is not read then. Default: a pipe that is read. */
  readonly stderr?: number | undefined;
  /** Characters of each stream to keep, counted from the end. Default: all. */
  readonly keptCharacters?: number | undefined;
  /** Called with each piece of output as it arrives, of stdout and stderr alike. */
  readonly onOutput?: ((text: string) => void) | undefined;
}

export interface ProcessEnd {
  /** Exit code; undefined if a signal ended it or it could not be started. */
  readonly code: number | undefined;
  readonly signal: NodeJS.Signals | undefined;
  /** Why it could not be started. */
  readonly error: Error | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** Grace period between SIGTERM and SIGKILL. */
const STOP_MS = 2000;
/** How long output may still arrive after the leader has exited: an orphan that holds the pipe would keep it open. */
const LAST_OUTPUT_MS = 100;

/** A running program and the processes that it has started. Disposing kills them. */
export class ProcessGroup implements AsyncDisposable {
  /** Resolves when the leader has exited and its output was read; never rejects. */
  readonly exited: Promise<ProcessEnd>;
  /** Resolves when every process that holds its stdout or stderr has closed them; never rejects. */
  readonly closed: Promise<ProcessEnd>;
  readonly #child: ChildProcess;
  readonly #checks = new Set<() => void>();
  readonly #printed = { stdout: '', stderr: '' };
  #output = '';
  #end: Pick<ProcessEnd, 'code' | 'signal' | 'error'> | undefined;
  #stopped: Promise<ProcessEnd> | undefined;

  /** Starts a program. A program that can't be started has an {@link ProcessEnd.error} in its end. */
  constructor([program, ...args]: Command, options: SpawnOptions = {}) {
    const { cwd, env, descriptors = [], input, stderr = 'pipe', keptCharacters = Infinity, onOutput } = options;
    const child = spawn(program, args, {
      detached: true,
      stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', stderr, ...descriptors],
      cwd,
      env,
    });
    this.#child = child;
    // A program that exits without reading its input causes EPIPE here; its exit code says what happened.
    child.stdin?.on('error', () => undefined).end(input);
    const append = (text: string, more: string): string =>
      keptCharacters === Infinity ? text + more : (text + more).slice(-keptCharacters);
    for (const name of ['stdout', 'stderr'] as const) {
      child[name]?.setEncoding('utf8').on('data', (text: string) => {
        this.#printed[name] = append(this.#printed[name], text);
        this.#output = append(this.#output, text);
        onOutput?.(text);
        for (const check of this.#checks) check();
      });
    }
    const ended = new Promise<void>((resolve) => {
      child.once('exit', (code, signal) => {
        this.#end ??= { code: code ?? undefined, signal: signal ?? undefined, error: undefined };
        resolve();
      });
      // No exit follows when the program could not be started.
      child.once('error', (error) => {
        this.#end ??= { code: undefined, signal: undefined, error };
        resolve();
      });
    });
    const closed = new Promise<void>((resolve) => child.once('close', resolve));
    this.closed = ended.then(() => closed).then(() => this.#result());
    this.exited = ended
      .then(() => Promise.race([closed, delay(LAST_OUTPUT_MS, undefined, { ref: false })]))
      .then(() => this.#result());
    track(this, closed);
  }

  /** The process id of the leader, which is the id of the group. */
  get pid(): number {
    return this.#child.pid!;
  }

  get stdout(): string {
    return this.#printed.stdout;
  }

  get stderr(): string {
    return this.#printed.stderr;
  }

  /** Both streams in the order of arrival. */
  get output(): string {
    return this.#output;
  }

  /** How the leader has ended, as {@link describeEnd} says it; undefined while it runs. */
  get ending(): string | undefined {
    return this.#end && describeEnd(this.#end);
  }

  /**
   * Calls a function now and after each piece of output until it returns something.
   *
   * @returns what `look` returned; undefined if the program exited first
   * @throws the signal's reason
   */
  async find<T>(look: () => T | undefined, signal?: AbortSignal): Promise<T | undefined> {
    const found = Promise.withResolvers<T>();
    const check = (): void => {
      const value = look();
      if (value !== undefined) found.resolve(value);
    };
    const abort = (): void => {
      found.reject(signal!.reason as Error);
    };
    signal?.throwIfAborted();
    signal?.addEventListener('abort', abort);
    this.#checks.add(check);
    check();
    try {
      return await Promise.race([found.promise, this.exited.then(look)]);
    } finally {
      this.#checks.delete(check);
      signal?.removeEventListener('abort', abort);
    }
  }

  /** Stops reading its stdout: the program gets EPIPE. */
  closeStdout(): void {
    this.#child.stdout!.destroy();
  }

  /** Sends a signal to every process of the group. A group that is gone is fine. */
  signal(name: NodeJS.Signals): void {
    this.#signalGroup(name);
  }

  /** Not `signal()`, which a subclass may override: ending the group must reach all of it. */
  #signalGroup(name: NodeJS.Signals): void {
    if (this.#child.pid === undefined) return;
    try {
      process.kill(-this.#child.pid, name);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }

  /** Ends every process of the group at once. */
  kill(): void {
    this.#signalGroup('SIGKILL');
  }

  /**
   * Ends every process of the group: SIGTERM, then SIGKILL for those that are left. Further calls wait for the same end.
   *
   * @param graceMs - time between the two signals, if the leader doesn't exit earlier
   */
  stop(graceMs = STOP_MS): Promise<ProcessEnd> {
    return (this.#stopped ??= this.#stop(graceMs));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.kill();
    await this.exited;
  }

  async #stop(graceMs: number): Promise<ProcessEnd> {
    this.#signalGroup('SIGTERM');
    await Promise.race([this.exited, delay(graceMs, undefined, { ref: false })]);
    // Also after the leader's exit: its children may live on.
    this.kill();
    return this.exited;
  }

  #result(): ProcessEnd {
    return { ...this.#end!, ...this.#printed };
  }
}

/** How a program has ended, for messages: `exit code 1`, `signal SIGSEGV` or why it could not be started. */
export function describeEnd({ code, signal, error }: Pick<ProcessEnd, 'code' | 'signal' | 'error'>): string {
  if (error !== undefined) return error.message;
  return signal === undefined ? `exit code ${String(code)}` : `signal ${signal}`;
}

const living = new Set<ProcessGroup>();
const FATAL_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Keeps the handlers installed exactly while a group lives. */
function track(group: ProcessGroup, closed: Promise<void>): void {
  if (living.size === 0) {
    process.on('exit', killAll);
    for (const signal of FATAL_SIGNALS) process.on(signal, exitBySignal);
  }
  living.add(group);
  void closed.then(() => {
    living.delete(group);
    if (living.size > 0) return;
    process.off('exit', killAll);
    for (const signal of FATAL_SIGNALS) process.off(signal, exitBySignal);
  });
}

function killAll(): void {
  for (const group of living) group.kill();
}

function exitBySignal(signal: NodeJS.Signals): void {
  // The application's own handler decides when there is one.
  if (process.listenerCount(signal) === 1) process.exit(128 + constants.signals[signal]);
}

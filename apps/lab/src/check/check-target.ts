/** The server that is checked: somebody's at an address, or one that is started for the purpose. */
import { LOOPBACK, ServerProcess, shellCommand } from '@concurrent-primes/harness';
import { ConnectionCalls } from '../watch/strace/connection-calls.ts';
import { NAMES_ENDS, StracePipe } from '../watch/strace/strace-pipe.ts';
import type { CallsOf } from './check-failure.ts';
import type { WaitLine } from './wait-line.ts';

/** The end of the server's output is kept: it has the reason of a failure. */
const KEPT_CHARACTERS = 4000;

/** Where a server is, and what can be done about it. */
export interface Target extends AsyncDisposable {
  /** How people call it: an address or a command. */
  readonly name: string;
  readonly host: string;
  /** Of the present process, where there are several one after the other. */
  readonly port: number;
  /** The server's system calls for the client with this port; undefined if they aren't traced. */
  readonly callsOf?: CallsOf | undefined;
  /** The present process; undefined when somebody else has started the server. */
  readonly process: ServerProcess | undefined;
  /**
   * Starts it again, so that one failure doesn't spoil the rest.
   *
   * @returns false when that can't be done
   * @throws StartFailure when it no longer starts
   */
  restart(): Promise<boolean>;
}

/** A server that somebody has started. */
export class AddressTarget implements Target {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly process = undefined;

  constructor(host: string, port: number) {
    this.name = `${host.includes(':') ? `[${host}]` : host}:${port}`;
    this.host = host;
    this.port = port;
  }

  restart(): Promise<boolean> {
    return Promise.resolve(false);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // It belongs to somebody else.
  }
}

/** How long a server may take to start, and where is told that it is waited for. */
export interface Waiting {
  readonly timeoutMs: number;
  readonly line: WaitLine;
}

/** A process, and what is known of its system calls. */
interface Started {
  readonly process: ServerProcess;
  readonly trace: { readonly calls: ConnectionCalls; readonly pipe: StracePipe } | undefined;
}

/** A server that a command starts. */
export class CommandTarget implements Target {
  readonly name: string;
  readonly host = LOOPBACK;
  readonly #start: () => Promise<Started>;
  #started: Started;

  /**
   * @param isTraced - whether strace shows its system calls
   * @throws StartFailure with what it printed, when it does not listen in time
   */
  static async start(command: string, signal: AbortSignal, waiting: Waiting, isTraced = false): Promise<CommandTarget> {
    const start = (): Promise<Started> => startProcess(command, signal, waiting, isTraced);
    return new CommandTarget(command, start, await start());
  }

  private constructor(command: string, start: () => Promise<Started>, started: Started) {
    this.name = command;
    this.#start = start;
    this.#started = started;
  }

  get process(): ServerProcess {
    return this.#started.process;
  }

  get port(): number {
    return this.process.port;
  }

  get callsOf(): CallsOf | undefined {
    const { trace } = this.#started;
    return trace && ((port) => trace.calls.of(port));
  }

  async restart(): Promise<boolean> {
    await this.#stop();
    this.#started = await this.#start();
    return true;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stop();
  }

  async #stop(): Promise<void> {
    await this.process.stop();
    this.#started.trace?.pipe[Symbol.dispose]();
  }
}

async function startProcess(
  command: string,
  signal: AbortSignal,
  { timeoutMs, line }: Waiting,
  isTraced: boolean,
): Promise<Started> {
  const trace = isTraced ? traceOf() : undefined;
  try {
    const process = await ServerProcess.start(trace?.pipe.traced(command) ?? shellCommand(command), {
      ...{ name: 'the server', timeoutMs, remedy: 'see --start-timeout', signal, keptCharacters: KEPT_CHARACTERS },
      onWait: (port, waitedMs) => {
        line.show(port, waitedMs);
      },
    });
    return { process, trace };
  } catch (error) {
    trace?.pipe[Symbol.dispose]();
    throw error;
  } finally {
    line.clear();
  }
}

function traceOf(): NonNullable<Started['trace']> {
  const calls = new ConnectionCalls();
  const pipe = new StracePipe((read) => {
    calls.take(read);
  }, NAMES_ENDS);
  return { calls, pipe };
}

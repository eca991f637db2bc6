/** The server that is checked: somebody's at an address, or one that is started for the purpose. */
import { LOOPBACK, ServerProcess, shellCommand } from '@concurrent-primes/harness';
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

/** A server that a command starts. */
export class CommandTarget implements Target {
  readonly name: string;
  readonly host = LOOPBACK;
  readonly #start: () => Promise<ServerProcess>;
  #process: ServerProcess;

  /** @throws StartFailure with what it printed, when it does not listen in time */
  static async start(command: string, signal: AbortSignal, waiting: Waiting): Promise<CommandTarget> {
    const start = (): Promise<ServerProcess> => startProcess(command, signal, waiting);
    return new CommandTarget(command, start, await start());
  }

  private constructor(command: string, start: () => Promise<ServerProcess>, process: ServerProcess) {
    this.name = command;
    this.#start = start;
    this.#process = process;
  }

  get process(): ServerProcess {
    return this.#process;
  }

  get port(): number {
    return this.#process.port;
  }

  async restart(): Promise<boolean> {
    await this.#process.stop();
    this.#process = await this.#start();
    return true;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#process.stop();
  }
}

async function startProcess(
  command: string,
  signal: AbortSignal,
  { timeoutMs, line }: Waiting,
): Promise<ServerProcess> {
  try {
    return await ServerProcess.start(shellCommand(command), {
      ...{ name: 'the server', timeoutMs, remedy: 'see --start-timeout', signal, keptCharacters: KEPT_CHARACTERS },
      onWait: (port, waitedMs) => {
        line.show(port, waitedMs);
      },
    });
  } finally {
    line.clear();
  }
}

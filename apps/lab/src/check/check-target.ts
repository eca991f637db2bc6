/** The server that is checked: somebody's at an address, or one that is started for the purpose. */
import { LOOPBACK, ServerProcess, shellCommand } from '@concurrent-primes/harness';
import type { WaitLine } from './wait-line.ts';

/** The end of the server's output is kept: it has the reason of a failure. */
const KEPT_CHARACTERS = 4000;

/** Where a server is, and what can be done about it. */
export interface Target {
  /** How people call it: an address or a command. */
  readonly name: string;
  readonly host: string;
  /** Of the present process, where there are several one after the other. */
  readonly port: number;
  /** The last that it has printed; `''` when that can't be known. */
  readonly output: string;
  /** How it has ended, such as `exit code 1`; undefined when it still runs, or that can't be known. */
  readonly ending: string | undefined;
  /** Resolves when it has ended; undefined when that can't be known. */
  readonly ended: Promise<unknown> | undefined;
  /**
   * Starts it again, so that one failure doesn't spoil the rest.
   *
   * @returns false when that can't be done
   * @throws StartFailure when it no longer starts
   */
  restart(): Promise<boolean>;
  /** Ends what was started. */
  stop(): Promise<void>;
}

/** A server that somebody has started. */
export class AddressTarget implements Target {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly output = '';
  readonly ending = undefined;
  readonly ended = undefined;

  /**
   * @param host - its name or address
   * @param port - its TCP port
   */
  constructor(host: string, port: number) {
    this.name = `${host.includes(':') ? `[${host}]` : host}:${port}`;
    this.host = host;
    this.port = port;
  }

  restart(): Promise<boolean> {
    return Promise.resolve(false);
  }

  stop(): Promise<void> {
    return Promise.resolve();
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
  readonly #signal: AbortSignal;
  readonly #waiting: Waiting;
  #process: ServerProcess;

  /**
   * Starts it.
   *
   * @param command - for the shell; `{port}` stands for the port it is to listen on
   * @param signal - gives up starting
   * @param waiting - see {@link Waiting}; applies to each start
   * @throws StartFailure with what it printed, when it does not listen in time
   */
  static async start(command: string, signal: AbortSignal, waiting: Waiting): Promise<CommandTarget> {
    return new CommandTarget(command, signal, waiting, await startProcess(command, signal, waiting));
  }

  private constructor(command: string, signal: AbortSignal, waiting: Waiting, process: ServerProcess) {
    this.name = command;
    this.#signal = signal;
    this.#waiting = waiting;
    this.#process = process;
  }

  get port(): number {
    return this.#process.port;
  }

  get output(): string {
    return this.#process.output.trimEnd();
  }

  get ending(): string | undefined {
    return this.#process.ending;
  }

  get ended(): Promise<unknown> {
    return this.#process.exited;
  }

  async restart(): Promise<boolean> {
    await this.#process.stop();
    this.#process = await startProcess(this.name, this.#signal, this.#waiting);
    return true;
  }

  async stop(): Promise<void> {
    await this.#process.stop();
  }
}

async function startProcess(
  command: string,
  signal: AbortSignal,
  { timeoutMs, line }: Waiting,
): Promise<ServerProcess> {
  const onWait = (port: number, waitedMs: number): void => {
    line.show(port, waitedMs);
  };
  try {
    return await ServerProcess.start(shellCommand(command), {
      ...{ name: 'the server', timeoutMs, remedy: 'see --start-timeout', signal, onWait },
      keptCharacters: KEPT_CHARACTERS,
    });
  } finally {
    line.clear();
  }
}

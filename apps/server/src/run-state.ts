/** How far a run is, and what ends it: a signal, the admin port, or a reader in the terminal. */
import type { Server } from '@concurrent-primes/server-core';
import type { AdministeredRun } from './admin/admin-port.ts';
import type { Log } from './log.ts';

/** The cause of a stop that the admin port was asked for. */
export const POST_DRAIN = 'POST /drain';

/** The state of one run. */
export class RunState implements AdministeredRun {
  /** The server; undefined until it accepts clients. */
  server: Server | undefined;
  /** Resolves with the cause when somebody has asked the server to stop. */
  readonly stopAsked: Promise<string>;
  readonly #log: Pick<Log, 'lostRecords'>;
  readonly #ask: (cause: string) => void;
  #asked = false;

  /** @param log - the log of the run */
  constructor(log: Pick<Log, 'lostRecords'>) {
    this.#log = log;
    ({ promise: this.stopAsked, resolve: this.#ask } = Promise.withResolvers<string>());
  }

  get readiness(): AdministeredRun['readiness'] {
    if (this.#asked) return 'draining';
    if (this.server === undefined) return 'starting';
    return this.server.accepting ? 'ready' : 'draining';
  }

  get lostRecords(): number {
    return this.#log.lostRecords;
  }

  drain(): void {
    this.askToStop(POST_DRAIN);
  }

  /** Asks the server to stop; from now on it isn't ready. Only the first cause counts. */
  askToStop(cause: string): void {
    this.#asked = true;
    this.#ask(cause);
  }
}

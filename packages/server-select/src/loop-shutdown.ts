import { CUT, RUN, type ServerThread } from '@concurrent-primes/server-core';
import type { Acceptor } from './acceptor.ts';
import type { Client, ClientTable } from './client-table.ts';

/** How a loop stops. */
export class LoopShutdown {
  readonly #thread: ServerThread<object>;
  readonly #acceptor: Acceptor;
  readonly #clients: ClientTable;
  readonly #settle: (client: Client) => void;
  #draining = false;

  /** @param settle - called for each client that was drained */
  constructor(
    thread: ServerThread<object>,
    acceptor: Acceptor,
    clients: ClientTable,
    settle: (client: Client) => void,
  ) {
    this.#thread = thread;
    this.#acceptor = acceptor;
    this.#clients = clients;
    this.#settle = settle;
  }

  /** Whether the main thread has told the loop to stop, or to leave the listening socket. */
  get isDue(): boolean {
    const { control } = this.#thread;
    return control.order !== RUN || control.leaving;
  }

  /**
   * Stops accepting, drains all clients at the first order, and closes everything at `CUT`. Called in every turn while it
   * {@link LoopShutdown.isDue}.
   */
  proceed(): void {
    const { order } = this.#thread.control;
    if (this.#acceptor.open) this.#stopAccepting();
    if (order === RUN) return;
    if (!this.#draining) this.#drain();
    if (order === CUT) this.#cut();
  }

  /** Connections that were not accepted are refused: closing the listening socket would reset them, if nobody shares it. */
  #stopAccepting(): void {
    for (const socket of this.#acceptor.close(this.#thread.control.leaving)) {
      this.#thread.turnAway(socket, 'shutting-down');
    }
  }

  #drain(): void {
    this.#draining = true;
    for (const client of this.#clients.all()) {
      // A request that has arrived counts as in progress, even if it was not read before the order.
      if (client.connection.idle) client.connection.receive();
      client.connection.drain();
      this.#settle(client);
    }
  }

  #cut(): void {
    for (const client of this.#clients.all()) {
      client.connection.turnAway('shutting-down');
      this.#clients.remove(client, 'shutdown');
    }
  }
}

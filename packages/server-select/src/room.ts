/**
 * Makes room for new clients when descriptors or places run out: closes the connections that have been idle longest.
 *
 * Without this, a thousand clients keep everybody else out, and need not send a byte for it. A client that sends a request
 * or takes its answer never has to leave.
 */
import type { ServerThread } from '@concurrent-primes/server-core';
import { WOULD_BLOCK } from '@concurrent-primes/sockets';
import type { Client, ClientTable } from './client-table.ts';

export class Room {
  readonly #thread: ServerThread<object>;
  readonly #clients: ClientTable;
  readonly #served: (client: Client) => void;

  /** @param served - called after a `recv` for a client, or the end of its conversation */
  constructor(thread: ServerThread<object>, clients: ClientTable, served: (client: Client) => void) {
    this.#thread = thread;
    this.#clients = clients;
    this.#served = served;
  }

  /** Closes the connection of one client; returns false if none has been idle for long enough. */
  make(nowMs: number): boolean {
    const { deadlines } = this.#clients;
    const { evictAfterMs } = this.#thread.data;
    for (;;) {
      const client = deadlines.longestIdle(nowMs, evictAfterMs);
      if (client === undefined) return false;
      // Its request may have come since it was last served: then it isn't idle any more.
      const idle = client.connection.receive() === WOULD_BLOCK;
      if (idle) this.#thread.evict(client.connection);
      this.#served(client);
      if (idle) return true;
    }
  }
}

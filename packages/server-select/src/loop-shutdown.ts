import { CUT, type ServerThread } from '@concurrent-primes/server-core';
import type { Acceptor } from './acceptor.ts';
import type { Client, ClientTable } from './client-table.ts';

/**
 * Stops accepting and drains all clients at the first order, and calls `settle` for each; at `CUT` closes everything.
 * Called in every turn after an order.
 */
export function shutDown(
  thread: ServerThread<object>,
  acceptor: Acceptor,
  clients: ClientTable,
  settle: (client: Client) => void,
): void {
  if (acceptor.open) {
    // Connections that were not accepted are refused too: closing the listening socket would reset them.
    for (const socket of acceptor.close()) thread.turnAway(socket, 'shutting-down');
    for (const client of clients.all()) {
      // A request that has arrived counts as in progress, even if it was not read before the order.
      if (client.connection.idle) client.connection.receive();
      client.connection.drain();
      settle(client);
    }
  }
  if (thread.control.order !== CUT) return;
  for (const client of clients.all()) {
    client.connection.turnAway('shutting-down');
    clients.remove(client, 'shutdown');
  }
}

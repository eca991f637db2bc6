/** How a loop obeys an order to stop. */
import { CUT, type ServerThread } from '@concurrent-primes/server-core';
import type { Acceptor } from './acceptor.ts';
import type { Client, ClientTable } from './client-table.ts';

/**
 * Stops accepting and drains all clients at the first order; on `CUT` closes everything. The loop calls it in every turn
 * that has an order.
 *
 * @param thread - the loop's thread
 * @param acceptor - accepts for the loop
 * @param clients - clients of the loop
 * @param settle - called for each client after it was drained
 */
export function shutDown(
  thread: ServerThread<object>,
  acceptor: Acceptor,
  clients: ClientTable,
  settle: (client: Client) => void,
): void {
  if (acceptor.open) {
    // Clients that have connected but were not accepted get an answer too, not a reset.
    for (const socket of acceptor.close()) thread.turnAway(socket, 'shutting-down');
    for (const client of clients.all()) {
      // A request that has arrived is in progress, whether or not its turn came before the order.
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

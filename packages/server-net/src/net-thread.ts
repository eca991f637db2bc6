/**
 * The thread of the net server: `node:net` calls back when something happened, and the clients' verbs are performed in
 * these callbacks.
 *
 * The event loop below is the same as in the select server: libuv asks epoll which sockets are ready. What an
 * application sees of it are streams: bytes arrive as `data` events, and a write is complete when its callback is called.
 */
import { createServer } from 'node:net';
import { CUT, type Order, RUN, ServerThread } from '@concurrent-primes/server-core';
import { NetClient } from './net-client.ts';
import { TimerDeadlines } from './timer-deadlines.ts';

/** What the thread gets from the main thread. */
export interface NetThreadData {
  /** Descriptor of the listening socket; the thread owns it once it serves. */
  readonly listener: number;
  readonly backlog: number;
}

/** The most bytes of one `write`: less than a stream's high-water mark, so that it asks for no pause. */
const WRITE_BYTES = 32_768;

const thread = await ServerThread.begin<NetThreadData>(WRITE_BYTES);
const { control, data } = thread;
const clients = new Set<NetClient>();
const deadlines = new TimerDeadlines(thread.limits);

const server = createServer({ allowHalfOpen: true }, (socket) => {
  const client = new NetClient(socket, thread, deadlines, () => clients.delete(client));
  clients.add(client);
  client.goOn();
  if (control.order !== RUN) client.drain();
});
server.listen({ fd: data.listener }, data.backlog, () => {
  thread.ready();
});
// Nothing keeps the thread alive when the listening socket and all clients are closed, so it ends then.
void obeyOrders();

async function obeyOrders(): Promise<void> {
  for (let order: Order = RUN; order !== CUT;) {
    order = await control.after(order);
    for (const client of clients) {
      if (order === CUT) client.cut();
      else client.drain();
    }
    // The event loop accepts what is in the backlog first, and these clients are refused.
    if (server.listening) setImmediate(() => server.close());
  }
}

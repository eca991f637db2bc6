/**
 * The thread of the net server: `node:net` calls back, and the clients' verbs are performed in these callbacks.
 *
 * Below them is the same loop as in the select server: libuv asks epoll which sockets are ready. The application sees
 * streams instead: bytes arrive as `data` events, and a write is complete when its callback is called.
 */
import { createServer } from 'node:net';
import { CUT, type Order, RUN, RefusedClients, ServerThread } from '@concurrent-primes/server-core';
import { NetClient } from './net-client.ts';
import { TimerDeadlines } from './timer-deadlines.ts';

export interface NetThreadData {
  /** Descriptor of the listening socket; the thread owns it once it serves. */
  readonly listener: number;
  readonly backlog: number;
}

/** The most bytes of one `write`: less than a stream's high-water mark. */
const WRITE_BYTES = 32_768;

const thread = await ServerThread.begin<NetThreadData>(WRITE_BYTES);
const { control, data } = thread;
const clients = new Set<NetClient>();
const refused = new RefusedClients();
const deadlines = new TimerDeadlines(thread.limits, () => thread.now());

const server = createServer({ allowHalfOpen: true }, (socket) => {
  thread.beforeCallback();
  const client = new NetClient(socket, thread, deadlines, refused, () => clients.delete(client));
  clients.add(client);
  client.goOn();
  if (control.order !== RUN) client.drain();
});
server.listen({ fd: data.listener }, data.backlog, () => {
  thread.ready();
  thread.afterCallback();
});
// The thread ends when the listening socket and all clients are closed: nothing else keeps it alive.
void obeyOrders();

async function obeyOrders(): Promise<void> {
  for (let order: Order = RUN; order !== CUT;) {
    // Waits before it looks: a wake-up in between would be lost.
    const next = control.after(order);
    leave();
    order = await next;
    if (order === RUN) {
      thread.showAll();
      continue;
    }
    for (const client of clients) {
      if (order === CUT) client.cut();
      else client.drain();
    }
    leave();
    // The event loop first accepts the connections in the backlog, which are then refused.
    if (server.listening) setImmediate(() => server.close());
  }
}

/** Closes a listening socket that others hold too: they serve the connections in its backlog. */
function leave(): void {
  if (control.leaving && server.listening) server.close();
}

/**
 * The main thread's side of the server on Node's own event loop: it opens the listening socket before the thread starts,
 * so that a port in use is found early, and passes it to the thread whose event loop serves all clients.
 */
import { extname } from 'node:path';
import {
  type Architecture,
  DEFAULT_BACKLOG,
  Server,
  type ServerOptions,
  checkServerOptions,
  plainOptions,
  shareListener,
} from '@concurrent-primes/server-core';
import type { SessionReport } from '@concurrent-primes/session';
import { ListeningSocket, listen } from '@concurrent-primes/sockets';
import type { NetThreadData } from './net-thread.ts';

/** Options of a net server: it has none of its own. */
export type NetServerOptions<Report extends SessionReport = SessionReport> = ServerOptions<Report>;

// The module of the thread is next to this one, as TypeScript in a checkout and as JavaScript in the built package.
const NET_THREAD = new URL(`./net-thread${extname(import.meta.url)}`, import.meta.url);

/**
 * Starts a server on Node's own event loop, and resolves when it accepts clients.
 *
 * @throws TypeError for an unknown option; RangeError for a value out of range; SocketError if the address can't be
 *   listened on
 */
export async function startNetServer<Report extends SessionReport>(options: NetServerOptions<Report>): Promise<Server> {
  checkServerOptions(options, []);
  const { backlog = DEFAULT_BACKLOG, sharedListener } = options;
  const listener =
    sharedListener === undefined
      ? listen({ host: options.host, port: options.port, backlog, nonBlocking: true, noDelay: true })
      : shareListener(sharedListener);
  const { host, port } = listener.localAddress();
  const data: NetThreadData = { listener: listener.release(), backlog };
  const architecture: Architecture = {
    host,
    port,
    threads: [
      {
        name: 'net',
        entry: NET_THREAD,
        role: 'net',
        data,
        ended: (served) => {
          if (!served) ListeningSocket.adopt(data.listener).close();
        },
      },
    ],
    info: { architecture: 'net', name: 'net', options: plainOptions(options) },
    // The thread waits for orders in its event loop, and needs no other wake-up.
    ...(sharedListener !== undefined && { leave: () => undefined }),
    wake: () => undefined,
    release: () => undefined,
  };
  return Server.start(architecture, options);
}

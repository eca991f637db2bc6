/**
 * A listening socket that a server shares with other processes.
 *
 * A shared socket outlives the server. Its queue holds the clients that connect while one server replaces another one, so
 * a server that stops must not touch them: it closes its descriptor and leaves the queue to the others. Two habits would
 * do harm. `shutdown(2)` would end listening for all processes. A blocking `accept` would hang when another process takes
 * the connection first, so every process that shares the socket sets O_NONBLOCK, which belongs to the socket and not to the
 * descriptor.
 */
import type { ListeningSocket } from '@concurrent-primes/sockets';

/**
 * Opens another descriptor of a shared listening socket, and makes the socket non-blocking.
 *
 * @param accepted - what accepted connections inherit, in addition to TCP_NODELAY
 * @throws SocketError when no descriptor is free
 */
export function shareListener(
  shared: ListeningSocket,
  accepted: Omit<Parameters<ListeningSocket['setAccepted']>[0], 'noDelay'> = {},
): ListeningSocket {
  shared.setAccepted({ ...accepted, noDelay: true });
  shared.setNonBlocking(true);
  return shared.duplicate();
}

/**
 * Two sockets that are connected with each other from the start, and with nothing else: no address, no port, no
 * handshake.
 */
import { closeDescriptor } from './descriptor.ts';
import { SocketError } from './error.ts';
import { libc } from './libc.ts';
import { closeOnFailure, prepareSocket } from './open.ts';
import { platform } from './platform.ts';
import { Socket } from './socket.ts';

/**
 * Opens two connected sockets of the local family, both blocking. socketpair(2)
 *
 * They are no TCP sockets: they have no address, and options of TCP fail.
 *
 * @throws SocketError when no descriptor is left (EMFILE, ENFILE).
 * @example
 * ```ts
 * import { socketPair } from '@concurrent-primes/sockets';
 *
 * const [one, other] = socketPair();
 * one.send(Uint8Array.of(1, 2, 3));
 * const bytes = new Uint8Array(8);
 * console.log(other.recv(bytes)); // prints 3
 * one.close();
 * console.log(other.recv(bytes)); // prints 0
 * other.close();
 * ```
 */
export function socketPair(): [Socket, Socket] {
  const { AF_UNIX, SOCK_STREAM, SOCK_CLOEXEC } = platform();
  const ends = new Int32Array(2);
  if (libc().socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0) {
    throw new SocketError('socketpair', libc().errno());
  }
  const [first, second] = ends as unknown as [number, number];
  try {
    prepareSocket(first, false);
  } catch (error) {
    closeDescriptor(second);
    throw error;
  }
  return closeOnFailure(first, () => [Socket.adopt(first), Socket.adopt(prepareSocket(second, false))]);
}

/**
 * Two sockets connected to each other: no address, no port, no handshake.
 */
import { libc } from './libc.ts';
import { configureSocket, openTwo } from './open.ts';
import { platform } from './platform.ts';
import { Socket } from './socket.ts';

/**
 * Opens two connected sockets of the local family, both blocking; TCP options and addresses don't apply. socketpair(2)
 *
 * @throws SocketError when no descriptor is free (EMFILE, ENFILE).
 *
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
  const [one, other] = openTwo(
    'socketpair',
    (ends) => libc().socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends),
    (descriptor) => {
      configureSocket(descriptor, false);
    },
  );
  return [Socket.adopt(one), Socket.adopt(other)];
}

import { libc } from './libc.ts';
import { configureSocket, openTwo } from './open.ts';
import { platform } from './platform.ts';
import { Socket } from './socket.ts';

/**
 * Opens two connected sockets of the local family, both blocking: no address, no port, no handshake. socketpair(2)
 *
 * @throws SocketError when no descriptor is free (EMFILE, ENFILE).
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

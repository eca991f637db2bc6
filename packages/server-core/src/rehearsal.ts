/**
 * Runs a conversation before the first client connects, so that V8 has compiled the serving code by then. Otherwise the
 * first client waits some milliseconds for it.
 */
import type { Session } from '@concurrent-primes/session';
import { type Socket, isExhausted, socketPair } from '@concurrent-primes/sockets';
import { SocketConnection, type SocketConnectionContext } from './socket-connection.ts';

/**
 * Serves a client that is refused and has ended its sending. Nothing is counted or reported. Without free descriptors,
 * nothing is done.
 */
export function rehearse(
  session: Session,
  context: SocketConnectionContext,
  serve: (connection: SocketConnection) => void,
): void {
  let pair: [Socket, Socket];
  try {
    pair = socketPair();
  } catch (error) {
    if (isExhausted(error)) return;
    throw error;
  }
  const [socket, client] = pair;
  client.shutdown('write');
  const connection = new SocketConnection(socket, session, uncounted(context), { admitted: false });
  connection.refuse('busy');
  try {
    serve(connection);
  } finally {
    connection.close('shutdown');
    client.close();
  }
}

function uncounted({ receiveBuffer, sendBuffer, control, limits }: SocketConnectionContext): SocketConnectionContext {
  return { receiveBuffer, sendBuffer, control, limits, now: () => performance.now(), account: () => undefined };
}

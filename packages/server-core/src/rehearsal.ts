/**
 * A conversation before the first client's, so that the code that serves is compiled when that client comes: it would
 * wait for it some milliseconds.
 */
import type { Session } from '@concurrent-primes/session';
import { type Socket, isExhausted, socketPair } from '@concurrent-primes/sockets';
import { SocketConnection, type SocketConnectionContext } from './socket-connection.ts';

/**
 * Serves a client that is refused and has ended its sending already. Nothing of it is counted or reported. If there are
 * no descriptors to spare, there is no rehearsal.
 *
 * @param session - the client's session
 * @param context - context of the thread
 * @param serve - brings a connection to its end, as it would any other
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

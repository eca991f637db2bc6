/** The context of a loop in the thread of the test, with a fake clock and sessions that the test can inspect. */
import { ECHO_CONVERSATION, FakeClock } from '@concurrent-primes/fixtures';
import {
  type Arrival,
  ByteBuffer,
  type Connection,
  Control,
  type ServerThread,
  SocketConnection,
  UNCOUNTED,
  phaseLimits,
} from '@concurrent-primes/server-core';
import type { ServerRefusal, Session, SessionReport } from '@concurrent-primes/session';
import type { Socket } from '@concurrent-primes/sockets';

const SEND_BYTES = 65_536;

/**
 * Makes the context of a loop or an acceptor, and records of what it did.
 *
 * @param openSession - called for each connection, with its index
 * @param timeoutsMs - time limits in place of those of an echo
 * @param maxClients - the connection limit
 * @param evictAfterMs - time after which an idle client may have to make room
 */
export function fakeThread(
  openSession: (index: number) => Session,
  timeoutsMs: Readonly<Record<string, number>> = {},
  maxClients = Infinity,
  evictAfterMs = Infinity,
) {
  const clock = new FakeClock(1000);
  const control = new Control();
  const notices: string[] = [];
  // In the order of opening, including closed ones.
  const connections: SocketConnection[] = [];
  const outcomes: string[] = [];
  let clients = 0;
  const thread = {
    data: { evictAfterMs },
    limits: phaseLimits(ECHO_CONVERSATION.phases, { timeoutsMs }),
    control,
    receiveBuffer: new ByteBuffer(64),
    sendBuffer: new ByteBuffer(SEND_BYTES),
    now: clock.now,
    beginTurn: clock.now,
    beforeTurn: () => undefined,
    showTurn: () => undefined,
    showInterest: () => undefined,
    notice: (text: string) => notices.push(text),
    account: (_: Connection, report: SessionReport) => outcomes.push(report.outcome),
    admitAddress: () => UNCOUNTED,
    admit: () => clients < maxClients && (clients += 1) > 0,
    open(socket: Socket, arrival: Arrival) {
      const connection = new SocketConnection(socket, openSession(connections.length), thread, arrival);
      connections.push(connection);
      return connection;
    },
    evict: (connection: Connection) => {
      connection.expire();
    },
    close: (connection: Connection, cause?: 'shutdown') => {
      if (connection.admitted) clients -= 1;
      connection.close(cause);
    },
    turnAway(socket: Socket, reason: ServerRefusal, arrival: Arrival = { admitted: false }) {
      const connection = thread.open(socket, arrival);
      connection.turnAway(reason);
      thread.close(connection, 'shutdown');
    },
  };
  // The class has private fields too, which a loop doesn't use.
  return { thread: thread as unknown as ServerThread<object>, clock, control, notices, connections, outcomes };
}

export type FakeThread = ReturnType<typeof fakeThread>;

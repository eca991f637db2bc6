/**
 * The context of a loop in the thread of the test, with a fake clock and sessions that the test can inspect.
 */
import { ECHO_CONVERSATION, FakeClock } from '@concurrent-primes/fixtures';
import {
  type Arrival,
  ByteBuffer,
  type Connection,
  Control,
  type ServerThread,
  SocketConnection,
} from '@concurrent-primes/server-core';
import type { ServerRefusal, Session, SessionReport } from '@concurrent-primes/session';
import type { Socket } from '@concurrent-primes/sockets';

/** The send buffer of the thread, in bytes. */
const SEND_BYTES = 65_536;

/** The context of a loop under test, and records of what the loop did. */
export interface FakeThread {
  /** The context of a loop or an acceptor. */
  readonly thread: ServerThread<object>;
  readonly clock: FakeClock;
  readonly control: Control;
  readonly notices: readonly string[];
  /** All connections in the order of opening, including closed ones. */
  readonly connections: readonly SocketConnection[];
  /** The outcomes of exchanges, in order. */
  readonly outcomes: readonly string[];
}

/**
 * @param openSession - called for each connection, with its index
 * @param timeoutsMs - time limits in place of those of an echo
 * @param maxClients - the connection limit
 */
export function fakeThread(
  openSession: (index: number) => Session,
  timeoutsMs: Readonly<Record<string, number>> = {},
  maxClients = Infinity,
): FakeThread {
  const clock = new FakeClock(1000);
  const control = new Control();
  const notices: string[] = [];
  const connections: SocketConnection[] = [];
  const outcomes: string[] = [];
  let clients = 0;
  const limits = Object.entries(ECHO_CONVERSATION.phases).map(([phase, declared]) => [
    phase,
    { ...declared, timeoutMs: timeoutsMs[phase] ?? declared.timeoutMs },
  ]);
  const thread = {
    limits: Object.fromEntries(limits) as typeof ECHO_CONVERSATION.phases,
    control,
    receiveBuffer: new ByteBuffer(64),
    sendBuffer: new ByteBuffer(SEND_BYTES),
    now: clock.now,
    beginTurn: clock.now,
    notice: (text: string) => notices.push(text),
    account: (_: Connection, report: SessionReport) => outcomes.push(report.outcome),
    admit: () => clients < maxClients && (clients += 1) > 0,
    open(socket: Socket, arrival: Arrival) {
      const connection = new SocketConnection(socket, openSession(connections.length), thread, arrival);
      connections.push(connection);
      return connection;
    },
    close: (connection: Connection, cause?: 'shutdown') => {
      if (connection.admitted) clients -= 1;
      connection.close(cause);
    },
    turnAway(socket: Socket, reason: ServerRefusal) {
      const connection = thread.open(socket, { admitted: false });
      connection.turnAway(reason);
      thread.close(connection, 'shutdown');
    },
  };
  // The class has private fields too, which a loop doesn't use.
  return { thread: thread as unknown as ServerThread<object>, clock, control, notices, connections, outcomes };
}

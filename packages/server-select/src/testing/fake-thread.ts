/**
 * What a loop needs of the thread around it, but in the thread of the test: with a clock that the test moves, and with
 * sessions that the test can look into.
 */
import { FakeClock } from '@concurrent-primes/fixtures';
import {
  Connection,
  Control,
  DEFAULT_TIME_LIMITS,
  Places,
  ReceiveBuffer,
  type ServerThread,
  type Session,
  type SessionReport,
  type TimeLimits,
} from '@concurrent-primes/server-core';
import type { Socket } from '@concurrent-primes/sockets';

/** The surroundings of a loop under test, and what it did with them. */
export interface FakeThread {
  /** To give to a loop or an acceptor. */
  readonly thread: ServerThread<object>;
  readonly clock: FakeClock;
  readonly control: Control;
  readonly notices: readonly string[];
  /** Each connection that was opened, in order; also those that are closed. */
  readonly connections: readonly Connection[];
  /** How each exchange ended, in order. */
  readonly outcomes: readonly string[];
}

/** @param openSession called for each connection, with the number of those before it */
export function fakeThread(
  openSession: (index: number) => Session,
  limits: Partial<TimeLimits> = {},
  maxClients = Infinity,
): FakeThread {
  const clock = new FakeClock(1000);
  const control = new Control();
  const notices: string[] = [];
  const connections: Connection[] = [];
  const outcomes: string[] = [];
  const thread = {
    data: { limits: { ...DEFAULT_TIME_LIMITS, ...limits } },
    control,
    places: new Places(maxClients),
    receiveBuffer: new ReceiveBuffer(64),
    now: clock.now,
    beginTurn: clock.now,
    notice: (text: string) => notices.push(text),
    account: (_: Connection, report: SessionReport) => outcomes.push(report.outcome),
    openConnection(socket: Socket) {
      const connection = new Connection(socket, openSession(connections.length), thread);
      connections.push(connection);
      return connection;
    },
    closeConnection: (connection: Connection, cause?: 'shutdown') => {
      connection.close(cause);
    },
  };
  // A class with private fields is more than its public members; those are all that a loop uses.
  return { thread: thread as unknown as ServerThread<object>, clock, control, notices, connections, outcomes };
}

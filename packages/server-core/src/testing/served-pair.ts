/** A connection under test: a scripted session on one end of a loopback connection, the test on the other. */
import { FakeClock } from '@concurrent-primes/fixtures';
import { type Socket, connect, listen } from '@concurrent-primes/sockets';
import { Connection } from '../connection.ts';
import { Control } from '../control.ts';
import { ReceiveBuffer } from '../receive-buffer.ts';
import { ScriptedSession } from './scripted-session.ts';

/** Both ends and what the thread around them sees; disposing closes the sockets. */
export interface ServedPair extends Disposable {
  readonly connection: Connection;
  readonly session: ScriptedSession;
  /** The far end: the client's socket, blocking. */
  readonly client: Socket;
  readonly control: Control;
  readonly clock: FakeClock;
  /** Each accounted exchange: its outcome and its duration in milliseconds. */
  readonly accounts: (readonly [outcome: string, durationMs: number])[];
}

/** Connects a client to a new connection whose thread has a receive buffer of 16 bytes. */
export function servedPair({ nonBlocking = false } = {}): ServedPair {
  using listener = listen({ host: '127.0.0.1', port: 0 });
  const client = connect(listener.localAddress());
  const socket = listener.accept({ nonBlocking })!;
  const session = new ScriptedSession();
  const control = new Control();
  const clock = new FakeClock(1000);
  const accounts: (readonly [string, number])[] = [];
  const connection = new Connection(socket, session, {
    receiveBuffer: new ReceiveBuffer(16),
    control,
    now: clock.now,
    account: (_, { outcome }, durationMs) => accounts.push([outcome, durationMs]),
  });
  return {
    connection,
    session,
    client,
    control,
    clock,
    accounts,
    [Symbol.dispose]() {
      socket.close();
      client.close();
    },
  };
}

/** A connection under test: a scripted session on one end of a loopback connection, the test on the other. */
import { FakeClock } from '@concurrent-primes/fixtures';
import { type Socket, connect, listen } from '@concurrent-primes/sockets';
import { ByteBuffer } from '../byte-buffer.ts';
import { Control } from '../control.ts';
import { SocketConnection } from '../socket-connection.ts';
import type { PhaseLimits } from '../phase-limits.ts';
import { ScriptedSession } from './scripted-session.ts';

/** Both ends and what the thread sees of them; disposing closes the sockets. */
export interface ServedPair extends Disposable {
  readonly connection: SocketConnection;
  readonly session: ScriptedSession;
  /** The far end: the client's socket, blocking. */
  readonly client: Socket;
  readonly control: Control;
  readonly clock: FakeClock;
  /** Each reported exchange: its outcome and its duration in milliseconds. */
  readonly accounts: (readonly [outcome: string, durationMs: number])[];
}

const LIMITS: PhaseLimits = {
  idle: { kind: 'idle', timeoutMs: 1000 },
  request: { kind: 'whole', timeoutMs: 1000 },
  sum: { kind: 'whole', timeoutMs: 1000 },
  farewell: { kind: 'whole', timeoutMs: 1000 },
};

/** Connects a client to a new connection whose thread has a receive buffer of 16 bytes. */
export function servedPair({ nonBlocking = false } = {}): ServedPair {
  using listener = listen({ host: '127.0.0.1', port: 0 });
  const client = connect(listener.localAddress());
  const socket = listener.accept({ nonBlocking })!;
  const session = new ScriptedSession();
  const control = new Control();
  const clock = new FakeClock(1000);
  const accounts: (readonly [string, number])[] = [];
  const connection = new SocketConnection(
    socket,
    session,
    {
      receiveBuffer: new ByteBuffer(16),
      sendBuffer: new ByteBuffer(1_000_000),
      limits: LIMITS,
      control,
      now: clock.now,
      account: (_, { outcome }, durationMs) => accounts.push([outcome, durationMs]),
    },
    { admitted: true },
  );
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

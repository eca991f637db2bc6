import { FakeClock } from '@concurrent-primes/fixtures';
import {
  READ,
  type Socket,
  SocketError,
  WOULD_BLOCK,
  connect,
  createSelector,
  listen,
} from '@concurrent-primes/sockets';
import { describe, expect, it } from 'vitest';
import { ByteBuffer } from './byte-buffer.ts';
import { CUT, Control, DRAIN } from './control.ts';
import type { PhaseLimits } from './phase-limits.ts';
import { SocketConnection } from './socket-connection.ts';
import { ScriptedSession } from './testing/scripted-session.ts';

const LIMITS: PhaseLimits = {
  idle: { kind: 'idle', timeoutMs: 1000 },
  request: { kind: 'whole', timeoutMs: 1000 },
  sum: { kind: 'whole', timeoutMs: 1000 },
  farewell: { kind: 'whole', timeoutMs: 1000 },
};

/** A connection with a receive buffer of 16 bytes, and its client at the other end of a loopback connection. */
function servedPair({ nonBlocking = false } = {}) {
  using listener = listen({ host: '127.0.0.1', port: 0 });
  const client = connect(listener.localAddress());
  const socket = listener.accept({ nonBlocking })!;
  const session = new ScriptedSession();
  const control = new Control();
  const clock = new FakeClock(1000);
  const accounts: (readonly [outcome: string, durationMs: number])[] = [];
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
  const dispose = (): void => {
    socket.close();
    client.close();
  };
  return { connection, session, client, control, clock, accounts, [Symbol.dispose]: dispose };
}

/** Waits until a socket has bytes, an end or a reset. */
function awaitReadable(socket: Socket): void {
  using selector = createSelector('poll');
  selector.register(socket.descriptor, READ);
  expect(selector.select(4000).count).toBe(1);
}

/** Resets the connection from the client's side, and waits until the server's kernel knows. */
function reset(client: Socket, server: Socket): void {
  client.setLinger(0);
  client.close();
  awaitReadable(server);
}

describe('receive', () => {
  it('receive() passes on the bytes that arrived, at most what the session expects', () => {
    using pair = servedPair();
    const { connection, session, client } = pair;
    session.expects = 3;
    client.send(Uint8Array.of(1, 2, 3, 4, 5));
    expect(connection.receive()).toBe(3);
    expect(connection.receive()).toBe(2);
    expect(session.received).toEqual([1, 2, 3, 4, 5]);
  });

  it('receive() takes at most the size of the buffer when the session expects more', () => {
    using pair = servedPair();
    const { connection, session, client } = pair;
    session.expects = 1000;
    client.send(new Uint8Array(20));
    expect([connection.receive(), connection.receive()]).toEqual([16, 4]);
    expect(session.told).toEqual(['receive 16', 'receive 4']);
  });

  it('receive() does not call the session when nothing has arrived', () => {
    using pair = servedPair({ nonBlocking: true });
    const { connection, session } = pair;
    expect(connection.receive()).toBe(WOULD_BLOCK);
    expect(session.told).toEqual([]);
  });

  it('receive() passes on an empty array when the peer has ended its sending', () => {
    using pair = servedPair();
    const { connection, session, client } = pair;
    client.shutdown('write');
    expect(connection.receive()).toBe(0);
    expect(session.told).toEqual(['receive 0']);
  });

  it('receive() passes on the last bytes and the end when the peer is known to have ended', () => {
    using pair = servedPair();
    const { connection, session, client } = pair;
    client.send(Uint8Array.of(1, 2, 3));
    client.shutdown('write');
    session.expects = 2;
    // More than was asked for may be waiting.
    expect(connection.receive(true)).toBe(2);
    expect(connection.receive(true)).toBe(1);
    expect(session.told).toEqual(['receive 2', 'receive 1', 'receive 0']);
  });

  it('read() does not call the session, and take() passes the bytes on', () => {
    using pair = servedPair();
    const { connection, session, client } = pair;
    client.send(Uint8Array.of(7, 8));
    expect(connection.read()).toBe(2);
    expect(session.told).toEqual([]);
    connection.take(2);
    expect(session.received).toEqual([7, 8]);
  });

  it('receive() closes the session as reset, once, when the peer has reset the connection', () => {
    using pair = servedPair();
    const { connection, session, client, accounts } = pair;
    session.reportOnClose = { outcome: 'probe' };
    reset(client, connection.socket);
    expect(connection.receive()).toBe(0);
    expect(session.told).toEqual(['close reset']);
    expect(accounts).toEqual([['probe', 0]]);
  });

  it.for([
    [DRAIN, 'close reset'],
    [CUT, 'close shutdown'],
  ] as const)('receive() calls a lost connection ours only after CUT when the order is %d', ([order, told]) => {
    using pair = servedPair();
    const { connection, session, client, control } = pair;
    control.give(order);
    reset(client, connection.socket);
    connection.receive();
    expect(session.told).toEqual([told]);
  });
});

describe('send', () => {
  it('send() sends at most maxBytes and confirms them', () => {
    using pair = servedPair();
    const { connection, session, client } = pair;
    session.next = 'send';
    session.outgoing = Uint8Array.of(1, 2, 3, 4, 5, 6);
    expect([connection.send(4), connection.send(4)]).toEqual([4, 2]);
    expect(session.told).toEqual(['sent 4', 'sent 2']);
    const buffer = new Uint8Array(8);
    expect(client.recv(buffer)).toBe(6);
    expect([...buffer]).toEqual([1, 2, 3, 4, 5, 6, 0, 0]);
  });

  it('send() loses and repeats no byte when the kernel takes only a part', () => {
    using pair = servedPair({ nonBlocking: true });
    const { connection, session, client } = pair;
    const message = Uint8Array.from({ length: 8_000_000 }, (_, index) => index % 251);
    session.next = 'send';
    session.outgoing = message;
    const arrived = new Uint8Array(message.length);
    let length = 0;
    let partialSends = 0;
    while (length < message.length) {
      const count = session.outgoing.length === 0 ? WOULD_BLOCK : connection.send(message.length);
      if (count === WOULD_BLOCK) length += client.recv(arrived.subarray(length));
      else if (session.outgoing.length > 0) partialSends += 1;
    }
    expect(partialSends).toBeGreaterThan(0);
    expect(Buffer.compare(arrived, message)).toBe(0);
  });

  it('send() makes no system call when the session has computed instead', () => {
    using pair = servedPair();
    const { connection, session } = pair;
    session.next = 'send';
    connection.socket.close(); // a call would throw EBADF
    expect(connection.send(4)).toBe(0);
    expect(session.told).toEqual([]);
  });

  it('send() closes the session as reset when the peer has left', () => {
    using pair = servedPair();
    const { connection, session, client, accounts } = pair;
    session.next = 'send';
    session.outgoing = new Uint8Array(4);
    session.reportOnClose = { outcome: 'early-end' };
    reset(client, connection.socket);
    expect(connection.send(4)).toBe(0);
    expect(session.told).toEqual(['close reset']);
    expect(accounts).toEqual([['early-end', 0]]);
  });
});

describe('faults', () => {
  it('receive() and send() rethrow a SocketError that shows a fault of this program', () => {
    using pair = servedPair();
    const { connection, session } = pair;
    session.outgoing = new Uint8Array(4);
    connection.socket.close();
    for (const call of [() => connection.receive(), () => connection.send(4)]) {
      expect(call).toThrow(expect.objectContaining({ constructor: SocketError, code: 'EBADF' }));
    }
    expect(session.told).toEqual([]);
  });

  it('receive() rethrows errors other than SocketError', () => {
    using pair = servedPair();
    const { connection, session } = pair;
    session.expects = 0;
    expect(() => connection.receive()).toThrow(RangeError);
    expect(session.told).toEqual([]);
  });
});

describe('turnAway', () => {
  it('turnAway() sends the refusal and reads what has arrived when no answer has begun', () => {
    using pair = servedPair();
    const { connection, session, client } = pair;
    client.send(new Uint8Array(8));
    awaitReadable(connection.socket);
    connection.turnAway('busy');
    connection.close('shutdown');
    expect(session.told).toEqual(['refuse busy', 'sent 4', 'close shutdown']);
    const buffer = new Uint8Array(8);
    expect(client.recv(buffer)).toBe(4);
    expect([...buffer.subarray(0, 4)]).toEqual([255, 255, 255, 253]);
    expect(client.recv(buffer)).toBe(0); // an end; unread bytes would have made it a reset
  });

  it('turnAway() lets a client that goes on sending read the refusal and an end', () => {
    using pair = servedPair();
    const { connection, client } = pair;
    connection.turnAway('busy');
    client.send(new Uint8Array(8));
    awaitReadable(connection.socket);
    connection.close('shutdown');
    const buffer = new Uint8Array(8);
    expect(client.recv(buffer)).toBe(4);
    expect(client.recv(buffer)).toBe(0);
  });

  it('turnAway() does not wait when the client has sent nothing', () => {
    using pair = servedPair();
    const { connection, session } = pair;
    connection.turnAway('shutting-down');
    expect(session.told).toEqual(['refuse shutting-down', 'sent 4']);
  });

  it('turnAway() sends the whole refusal when it is longer than an integer, as after a greeting', () => {
    using pair = servedPair();
    const { connection, session, client } = pair;
    session.refusal = Uint8Array.of(120, 255, 255, 255, 253);
    connection.turnAway('busy');
    const buffer = new Uint8Array(8);
    expect(client.recv(buffer)).toBe(5);
    expect([...buffer.subarray(0, 5)]).toEqual([...session.refusal]);
  });

  it('turnAway() sends the refusal that is ready when the session was refused before', () => {
    using pair = servedPair();
    const { connection, session, client } = pair;
    session.refuse('busy');
    connection.turnAway('shutting-down');
    expect(session.told).toEqual(['refuse busy', 'refuse shutting-down', 'sent 4']);
    expect(client.recv(new Uint8Array(8))).toBe(4);
  });

  it('turnAway() does not wait when the send buffer is full', () => {
    using pair = servedPair();
    const { connection, session } = pair;
    connection.socket.setNonBlocking(true);
    session.next = 'send';
    session.outgoing = new Uint8Array(16_000_000);
    while (connection.send(1_000_000) !== WOULD_BLOCK);
    connection.socket.setNonBlocking(false);
    connection.turnAway('busy');
    expect(session.told.slice(-2)).toEqual(['refuse busy', 'sent 0']);
  });

  it('turnAway() sends nothing when an answer has begun', () => {
    using pair = servedPair();
    const { connection, session, client } = pair;
    session.refusal = undefined;
    connection.turnAway('shutting-down');
    expect(session.told).toEqual(['refuse shutting-down']);
    client.setNonBlocking(true);
    expect(client.recv(new Uint8Array(8))).toBe(WOULD_BLOCK);
  });

  it('turnAway() ends with a closed session when the client has left', () => {
    using pair = servedPair();
    const { connection, session, client } = pair;
    reset(client, connection.socket);
    connection.turnAway('busy');
    expect(session.told).toEqual(['refuse busy', 'close reset']);
  });
});

describe('close', () => {
  it('close() frees the descriptor, passes the cause on, and does nothing when called again', () => {
    using pair = servedPair();
    const { connection, session, client, accounts } = pair;
    session.reportOnClose = { outcome: 'shutdown' };
    expect(connection.closed).toBe(false);
    connection.close('shutdown');
    connection.close('shutdown');
    expect(connection.closed).toBe(true);
    expect(connection.socket.descriptor).toBe(-1);
    expect(session.told).toEqual(['close shutdown']);
    expect(accounts).toEqual([['shutdown', 0]]);
    expect(client.recv(new Uint8Array(1))).toBe(0);
  });

  it('close() passes no cause on when the session waits for close', () => {
    using pair = servedPair();
    const { connection, session } = pair;
    session.next = 'close';
    connection.close('shutdown');
    expect(session.told).toEqual(['close']);
  });
});

describe('account', () => {
  it.for(['receive', 'send', 'expire', 'drain', 'close'] as const)(
    '%s() accounts once for an exchange that it has ended',
    (verb) => {
      using pair = servedPair();
      const { connection, session, client, accounts } = pair;
      session.outgoing = new Uint8Array(4);
      client.send(new Uint8Array(1));
      session.report = session.reportOnClose = { outcome: verb };
      if (verb === 'send') connection.send(4);
      else connection[verb]();
      session.reportOnClose = undefined;
      connection.close();
      expect(accounts.map(([outcome]) => outcome)).toEqual([verb]);
    },
  );

  it('account() measures from connecting when no byte arrived', () => {
    using pair = servedPair();
    const { connection, session, clock, accounts } = pair;
    clock.advance(250);
    session.report = { outcome: 'too-slow' };
    connection.expire();
    expect(accounts).toEqual([['too-slow', 250]]);
  });

  it("account() measures from each request's first byte", () => {
    using pair = servedPair();
    const { connection, session, client, clock, accounts } = pair;
    const receiveByte = (phase: typeof session.phase, afterMs: number, outcome?: string): void => {
      clock.advance(afterMs);
      session.phase = phase;
      if (outcome !== undefined) session.report = { outcome };
      client.send(new Uint8Array(1));
      connection.receive();
    };
    receiveByte('idle', 500);
    receiveByte('request', 30);
    receiveByte('sum', 4, 'served');
    receiveByte('idle', 7000);
    receiveByte('sum', 60, 'wrong-sum');
    expect(accounts).toEqual([
      ['served', 34],
      ['wrong-sum', 60],
    ]);
  });

  it('account() does not take the end of the sending for a first byte', () => {
    using pair = servedPair();
    const { connection, session, client, clock, accounts } = pair;
    clock.advance(80);
    client.shutdown('write');
    session.report = { outcome: 'probe' };
    connection.receive();
    expect(accounts).toEqual([['probe', 80]]);
  });
});

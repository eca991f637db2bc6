import { ECHO_CONVERSATION, EchoSession, FakeClock } from '@concurrent-primes/fixtures';
import {
  type Arrival,
  ByteBuffer,
  CUT,
  type Connection,
  Control,
  SocketConnection,
  phaseLimits,
} from '@concurrent-primes/server-core';
import { type ListeningSocket, type Socket, WakePipe, connect, listen, wake } from '@concurrent-primes/sockets';
import { afterEach, expect, it } from 'vitest';
import { type FarewellThread, Farewells, MOST_FAREWELLS } from './farewells.ts';

const MESSAGE = Uint8Array.of(1, 2, 3, 4);
const SHUTTING_DOWN = [255, 255, 255, 253];
const owned: Disposable[] = [];

afterEach(() => {
  for (const resource of owned.splice(0).reverse()) resource[Symbol.dispose]();
});

/** Farewells in the thread of the test. */
function scene({ farewellMs = 60_000, now = () => performance.now() } = {}) {
  const listener = listen({ host: '127.0.0.1', port: 0 });
  const cutPipe = new WakePipe();
  owned.push(listener, cutPipe);
  const control = new Control();
  const closed: Connection[] = [];
  const context = {
    receiveBuffer: new ByteBuffer(64),
    sendBuffer: new ByteBuffer(64),
    limits: phaseLimits(ECHO_CONVERSATION.phases, { timeoutsMs: { farewell: farewellMs } }),
    control,
    now,
    account: () => undefined,
  };
  const thread: FarewellThread = {
    control,
    limits: context.limits,
    open: (socket: Socket, arrival: Arrival) => new SocketConnection(socket, new EchoSession(), context, arrival),
    close: (connection) => {
      closed.push(connection);
      connection.close('shutdown');
    },
  };
  const farewells = new Farewells(thread, cutPipe.readDescriptor, now);
  return { listener, cutPipe, control, closed, farewells };
}

function refusedClient({ listener, farewells }: { listener: ListeningSocket; farewells: Farewells }): Socket {
  const client = connect(listener.localAddress());
  owned.push(client);
  farewells.refuse(listener.accept()!);
  return client;
}

function read(client: Socket): number[] {
  const buffer = new Uint8Array(8);
  const bytes = [...buffer.subarray(0, client.recv(buffer))];
  expect(client.recv(buffer), 'the end').toBe(0);
  return bytes;
}

it('wait() lets clients read the refusal although they send afterwards, and ends when they have left', () => {
  const test = scene();
  const clients = [refusedClient(test), refusedClient(test)];
  for (const client of clients) {
    // To a closed socket the second one would fail.
    client.send(MESSAGE);
    client.send(MESSAGE);
    expect(read(client)).toEqual(SHUTTING_DOWN);
    client.close();
  }
  test.farewells.wait();
  expect([test.farewells.size, test.closed.length]).toEqual([0, 2]);
});

it('wait() closes what is open when the time of the phase has passed, for all clients together', () => {
  const clock = new FakeClock();
  const test = scene({ farewellMs: 100, now: clock.now });
  const clients = [refusedClient(test), refusedClient(test), refusedClient(test)];
  clock.advance(100);
  test.farewells.wait();
  expect(test.closed).toHaveLength(3);
  for (const client of clients) expect(read(client)).toEqual(SHUTTING_DOWN);
});

it('wait() ends at the order to cut', () => {
  const test = scene();
  refusedClient(test);
  // The order comes after it has looked for one, as if it was already blocked: the descriptor wakes it.
  const order = Object.getOwnPropertyDescriptor(Control.prototype, 'order')!;
  let looks = 0; // since the client was refused
  Object.defineProperty(test.control, 'order', {
    get: () => {
      looks += 1;
      if (looks === 1) {
        test.control.give(CUT);
        wake(test.cutPipe.writeDescriptor);
        return 0;
      }
      return order.get!.call(test.control) as number;
    },
  });
  test.farewells.wait();
  expect(test.closed).toHaveLength(1);
});

it('refuse() keeps no client after the order to cut, nor one that has left already', () => {
  const test = scene();
  const client = connect(test.listener.localAddress());
  client.setLinger(0);
  client.close();
  test.farewells.refuse(test.listener.accept()!);
  test.control.give(CUT);
  refusedClient(test);
  expect([test.farewells.size, test.closed.length]).toEqual([0, 2]);
});

it('refuse() closes the connection that was refused first when there are too many', () => {
  const test = scene();
  const first = refusedClient(test);
  for (let count = 1; count < MOST_FAREWELLS; count += 1) refusedClient(test);
  expect(test.closed).toHaveLength(0);
  refusedClient(test);
  expect([test.farewells.size, test.closed.length]).toEqual([MOST_FAREWELLS, 1]);
  expect(read(first)).toEqual(SHUTTING_DOWN);
  test.control.give(CUT);
  test.farewells.wait();
  expect(test.closed).toHaveLength(MOST_FAREWELLS + 1);
});

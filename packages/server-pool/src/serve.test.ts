import { ECHO_CONVERSATION, EchoSession, FakeClock } from '@concurrent-primes/fixtures';
import { ByteBuffer, CUT, Control, DRAIN, SocketConnection, phaseLimits } from '@concurrent-primes/server-core';
import { type Socket, connect, listen } from '@concurrent-primes/sockets';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { inheritedReceiveTimeoutMs } from './receive-timeout.ts';
import { inheritedSendTimeoutMs } from './send-timeout.ts';
import { POOL_SEND_BYTES, serve } from './serve.ts';
import { IDLE, RECEIVING, SENDING, ThreadSlot, allocateSlots } from './thread-slot.ts';

const MESSAGE = Uint8Array.of(1, 2, 3, 4);
const SHUTTING_DOWN = [255, 255, 255, 253];
const TOO_SLOW = [255, 255, 255, 254];
const owned: Disposable[] = [];

afterEach(() => {
  for (const resource of owned.splice(0)) resource[Symbol.dispose]();
});

interface SceneOptions {
  readonly session?: EchoSession;
  readonly timeoutsMs?: Readonly<Record<string, number>>;
  /** Bytes that one `recv` takes. */
  readonly receiveBytes?: number;
  readonly now?: () => number;
}

/** Serving in the thread of the test. The client acts before it, or when the thread enters its slot. */
function scene(options: SceneOptions = {}) {
  const { session = new EchoSession(2), receiveBytes = 64, now = () => performance.now() } = options;
  const limits = phaseLimits(ECHO_CONVERSATION.phases, options);
  using listener = listen({
    host: '127.0.0.1',
    port: 0,
    receiveTimeoutMs: inheritedReceiveTimeoutMs(limits),
    sendTimeoutMs: inheritedSendTimeoutMs(limits),
  });
  const client = connect(listener.localAddress());
  const socket = listener.accept()!;
  owned.push(client, socket);
  const control = new Control();
  const slots = allocateSlots(1);
  const slot = new ThreadSlot(slots, 0);
  const outcomes: string[] = [];
  const connection = new SocketConnection(
    socket,
    session,
    {
      receiveBuffer: new ByteBuffer(receiveBytes),
      sendBuffer: new ByteBuffer(POOL_SEND_BYTES),
      limits,
      control,
      now,
      account: (_, { outcome }) => outcomes.push(outcome),
    },
    { admitted: true },
  );
  const states: number[] = [];
  const enter = slot.enter.bind(slot);
  /** Called when the thread is in its slot and has not yet checked the order. */
  const between = { act: (): void => undefined };
  vi.spyOn(slot, 'enter').mockImplementation((state, descriptor) => {
    states.push(state);
    enter(state, descriptor);
    between.act();
  });
  return {
    client,
    socket,
    control,
    outcomes,
    states,
    between,
    /** Gives an order like the main thread does, once. */
    order(order: typeof DRAIN | typeof CUT): void {
      between.act = () => undefined;
      control.give(order);
      new ThreadSlot(slots, 0).wake(order);
    },
    /** Serves to the end and closes, as a pool thread does. */
    serve(): void {
      serve(connection, { control, limits, slot, now });
      connection.close('shutdown');
      expect(new Int32Array(slots)[0], 'the state of the slot').toBe(0);
    },
  };
}

/** All bytes that the client has received, up to the end of the connection. */
function received(client: Socket): number[] {
  const buffer = new Uint8Array(64);
  const bytes: number[] = [];
  for (let count = client.recv(buffer); count > 0; count = client.recv(buffer))
    bytes.push(...buffer.subarray(0, count));
  return bytes;
}

describe('serve', () => {
  it('serve() serves a client from its first byte to its last', () => {
    const test = scene();
    test.client.send(MESSAGE);
    test.serve();
    expect(received(test.client)).toEqual([...MESSAGE]);
    expect(test.outcomes).toEqual(['served']);
  });

  it('serve() stores in its slot what it blocks in', () => {
    const test = scene({ receiveBytes: 2 });
    test.client.send(MESSAGE);
    test.serve();
    expect(test.states).toEqual([IDLE, RECEIVING, SENDING]);
  });

  it('serve() ends when the client has left or reset its connection', () => {
    const left = scene();
    left.client.send(MESSAGE.subarray(0, 2));
    left.client.shutdown('write');
    left.serve();
    expect(left.outcomes).toEqual(['truncated-request']);

    const lost = scene();
    lost.client.setLinger(0);
    lost.client.close();
    lost.serve();
    expect(lost.outcomes).toEqual(['probe']);
  });
});

describe('time limits', () => {
  it('serve() closes a client that stays idle', () => {
    const test = scene({ timeoutsMs: { idle: 1 } });
    test.serve();
    expect(received(test.client)).toEqual([]);
    expect(test.outcomes).toEqual(['too-slow']);
  });

  it('serve() refuses a client that does not complete its request, and limits its farewell', () => {
    const test = scene({ timeoutsMs: { request: 1, farewell: 1 } });
    test.client.send(MESSAGE.subarray(0, 3));
    test.serve();
    expect(received(test.client)).toEqual(TOO_SLOW);
    expect(test.outcomes).toEqual(['refused-too-slow']);
  });

  it('serve() cuts a client that does not read its answer', () => {
    // An endless answer to a client that does not read: at some point the kernel takes no more.
    const session = new EchoSession(0);
    vi.spyOn(session, 'send').mockReturnValue(60_000);
    vi.spyOn(session, 'sent').mockReturnValue();
    const test = scene({ session, timeoutsMs: { answer: 1 } });
    test.client.send(MESSAGE);
    test.serve();
    expect(test.outcomes).toEqual(['too-slow']);
  });

  it('serve() limits a request as a whole: each recv may block for what is left', () => {
    const clock = new FakeClock();
    const session = new EchoSession(0);
    const receive = session.receive.bind(session);
    vi.spyOn(session, 'receive').mockImplementation((bytes) => {
      clock.advance(99.5);
      return receive(bytes);
    });
    const test = scene({
      session,
      receiveBytes: 1,
      now: clock.now,
      timeoutsMs: { idle: 500, request: 250 },
    });
    const setReceiveTimeout = vi.spyOn(test.socket, 'setReceiveTimeout');
    test.client.send(MESSAGE);
    test.serve();
    // 250 minus 99.5 for each byte, rounded up. The next one would be 51.
    expect(setReceiveTimeout.mock.calls).toEqual([[151], [51]]);
  });

  it('serve() sets a timeout of at least 1 ms when the limit has passed, since 0 means no timeout', () => {
    const clock = new FakeClock();
    const session = new EchoSession(0);
    const receive = session.receive.bind(session);
    vi.spyOn(session, 'receive').mockImplementation((bytes) => {
      clock.advance(300);
      return receive(bytes);
    });
    const timeoutsMs = { request: 250, farewell: 251 };
    const now = (): number => {
      clock.advance(100); // so that the farewell ends
      return clock.now();
    };
    const test = scene({ session, receiveBytes: 1, now, timeoutsMs });
    const setReceiveTimeout = vi.spyOn(test.socket, 'setReceiveTimeout');
    test.client.send(MESSAGE.subarray(0, 2));
    test.serve();
    expect(setReceiveTimeout.mock.calls[0]).toEqual([1]);
    expect(received(test.client)).toEqual(TOO_SLOW);
  });

  it('serve() makes no system call when the socket has the right timeout', () => {
    const clock = new FakeClock();
    const test = scene({ receiveBytes: 1, now: clock.now });
    const setReceiveTimeout = vi.spyOn(test.socket, 'setReceiveTimeout');
    test.client.send(MESSAGE);
    test.serve();
    expect(setReceiveTimeout).not.toHaveBeenCalled();
  });

  it('serve() waits again when the timeout of its socket is shorter than the time limit', () => {
    const test = scene({ timeoutsMs: { idle: 50, request: 1 } });
    const recv = vi.spyOn(test.socket, 'recv');
    const beganMs = performance.now();
    test.serve();
    expect(performance.now() - beganMs).toBeGreaterThanOrEqual(50);
    expect(recv.mock.calls.length).toBeGreaterThan(1);
    expect(test.outcomes).toEqual(['too-slow']);
  });
});

describe('draining', () => {
  it('serve() refuses a silent client from the queue after the order, without a farewell', () => {
    const test = scene({ timeoutsMs: { farewell: 1 } });
    test.control.give(DRAIN);
    test.serve();
    expect(test.states).not.toContain(RECEIVING);
    expect(received(test.client)).toEqual(SHUTTING_DOWN);
    expect(test.outcomes).toEqual(['refused-shutdown']);
  });

  it('serve() sends no refusal when a client from the queue has left before the order', () => {
    const test = scene();
    test.control.give(DRAIN);
    test.client.shutdown('write');
    test.serve();
    expect(received(test.client)).toEqual([]);
    expect(test.outcomes).toEqual(['probe']);
  });

  it('serve() serves a request that arrived before the order', () => {
    const test = scene();
    test.client.send(MESSAGE);
    test.control.give(DRAIN);
    test.serve();
    expect(received(test.client)).toEqual([...MESSAGE]);
    expect(test.outcomes).toEqual(['served']);
  });

  it('serve() finishes a request that has begun', () => {
    const test = scene({ receiveBytes: 2 });
    test.client.send(MESSAGE);
    test.between.act = () => {
      if (test.states.at(-1) === RECEIVING) test.order(DRAIN);
    };
    test.serve();
    expect(received(test.client)).toEqual([...MESSAGE]);
    expect(test.outcomes).toEqual(['served']);
  });

  it('serve() drains the session before it passes on bytes that arrived during an exchange', () => {
    // After the sum the session would otherwise wait for the next request, and be refused as idle.
    const session = new EchoSession(0);
    const test = scene({ session, receiveBytes: 2 });
    const recv = test.socket.recv.bind(test.socket);
    vi.spyOn(test.socket, 'recv').mockImplementation((buffer) => {
      if (test.states.at(-1) === RECEIVING) test.order(DRAIN);
      return recv(buffer);
    });
    const drain = vi.spyOn(session, 'drain');
    const receive = vi.spyOn(session, 'receive');
    test.client.send(MESSAGE);
    test.serve();
    expect(drain).toHaveBeenCalledOnce();
    expect(receive).toHaveBeenCalledTimes(2);
    expect(drain.mock.invocationCallOrder[0]).toBeGreaterThan(receive.mock.invocationCallOrder[0]!);
    expect(drain.mock.invocationCallOrder[0]).toBeLessThan(receive.mock.invocationCallOrder[1]!);
    expect(test.outcomes).toEqual(['served']);
  });

  it('serve() refuses an idle client when the order and the wake-up come just before it would block', () => {
    const test = scene({ timeoutsMs: { farewell: 1 } });
    test.between.act = () => {
      test.order(DRAIN);
    };
    test.serve();
    expect(received(test.client)).toEqual(SHUTTING_DOWN);
    expect(test.outcomes).toEqual(['refused-shutdown']);
  });

  it('serve() serves a request that arrives with the order and the wake-up, just before it would block', () => {
    const test = scene();
    test.between.act = () => {
      test.client.send(MESSAGE);
      test.order(DRAIN);
    };
    test.serve();
    expect(received(test.client)).toEqual([...MESSAGE]);
    expect(test.outcomes).toEqual(['served']);
  });

  it('serve() refuses an incomplete request that arrives with the order and the wake-up', () => {
    const test = scene();
    test.between.act = () => {
      test.client.send(MESSAGE.subarray(0, 3));
      test.order(DRAIN);
    };
    test.serve();
    expect(received(test.client)).toEqual(SHUTTING_DOWN);
    expect(test.outcomes).toEqual(['refused-shutdown']);
  });

  it('serve() refuses an idle client when the thread is woken from recv', () => {
    const test = scene({ timeoutsMs: { farewell: 1 } });
    const recv = test.socket.recv.bind(test.socket);
    vi.spyOn(test.socket, 'recv').mockImplementationOnce((buffer) => {
      test.order(DRAIN);
      return recv(buffer);
    });
    test.serve();
    expect(received(test.client)).toEqual(SHUTTING_DOWN);
    expect(test.outcomes).toEqual(['refused-shutdown']);
  });
});

describe('leaving a shared listening socket', () => {
  it('serve() lets a client of the queue ask once when DRAIN was given before', () => {
    const test = scene();
    test.control.leave();
    test.control.give(DRAIN);
    test.between.act = () => {
      test.between.act = () => undefined;
      test.client.send(MESSAGE);
    };
    test.serve();
    expect(received(test.client)).toEqual([...MESSAGE]);
    expect(test.outcomes).toEqual(['served']);
  });

  it('serve() refuses a client of the queue that has not asked when CUT is given', () => {
    const test = scene();
    test.control.leave();
    test.control.give(DRAIN);
    test.between.act = () => {
      test.order(CUT);
    };
    test.serve();
    expect(received(test.client)).toEqual(SHUTTING_DOWN);
    expect(test.outcomes).toEqual(['refused-shutdown']);
  });
});

describe('cutting', () => {
  it('serve() turns away a client without an answer when CUT was given before', () => {
    const test = scene();
    test.client.send(MESSAGE);
    test.control.give(CUT);
    test.serve();
    expect(received(test.client)).toEqual(SHUTTING_DOWN);
    expect(test.outcomes).toEqual(['refused-shutdown']);
  });

  it.for([
    ['IDLE', IDLE, SHUTTING_DOWN, 'refused-shutdown'],
    ['RECEIVING', RECEIVING, SHUTTING_DOWN, 'refused-shutdown'],
  ] as const)('serve() refuses and ends when it is woken out of a recv in %s', ([, state, answer, outcome]) => {
    const test = scene();
    if (state === RECEIVING) test.client.send(MESSAGE.subarray(0, 1));
    const recv = test.socket.recv.bind(test.socket);
    vi.spyOn(test.socket, 'recv').mockImplementation((buffer) => {
      if (test.states.at(-1) === state && test.control.order !== CUT) test.order(CUT);
      return recv(buffer);
    });
    test.serve();
    expect(received(test.client)).toEqual(answer);
    expect(test.outcomes).toEqual([outcome]);
  });

  it('serve() ends when the thread is woken from send', () => {
    const test = scene();
    test.client.send(MESSAGE);
    const send = test.socket.send.bind(test.socket);
    vi.spyOn(test.socket, 'send').mockImplementationOnce((buffer) => {
      test.order(CUT);
      return send(buffer);
    });
    test.serve();
    expect(received(test.client)).toEqual([]);
    expect(test.outcomes).toEqual(['shutdown']);
  });

  it('serve() sends nothing more when the order comes just before it would block', () => {
    const test = scene();
    test.client.send(MESSAGE);
    test.between.act = () => {
      if (test.states.at(-1) === SENDING) test.control.give(CUT);
    };
    test.serve();
    expect(received(test.client)).toEqual(SHUTTING_DOWN);
    expect(test.outcomes).toEqual(['refused-shutdown']);
  });

  it('serve() stops computing at the next slice', () => {
    const session = new EchoSession(1000);
    const test = scene({ session });
    test.client.send(MESSAGE);
    const work = session.work.bind(session);
    let slices = 0;
    vi.spyOn(session, 'work').mockImplementation(() => {
      slices += 1;
      if (slices === 3) test.control.give(CUT);
      work();
    });
    test.serve();
    expect(slices).toBe(3);
    expect(test.outcomes).toEqual(['refused-shutdown']);
  });
});

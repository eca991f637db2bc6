import { constants } from 'node:os';
import { EchoSession } from '@concurrent-primes/fixtures';
import { CUT, DRAIN } from '@concurrent-primes/server-core';
import type { Session } from '@concurrent-primes/session';
import {
  SELECTOR_KINDS,
  type ListeningSocket,
  type Selector,
  type SelectorKind,
  type Socket,
  SocketError,
  WOULD_BLOCK,
  WakePipe,
  connect,
  createSelector,
  listen,
  wake,
} from '@concurrent-primes/sockets';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Loop } from './loop.ts';
import { PausedLoops } from './paused-loops.ts';
import { Quantum } from './quantum.ts';
import { type FakeThread, fakeThread } from './testing/fake-thread.ts';

const MESSAGE = Uint8Array.of(1, 2, 3, 4);
const TIMEOUTS_MS = { idle: 1000, request: 300, answer: 400, farewell: 50 };
const owned: Disposable[] = [];

afterEach(() => {
  for (const resource of owned.splice(0).reverse()) resource[Symbol.dispose]();
});

/** Closes a resource after the test. */
function own<T extends Disposable>(resource: T): T {
  owned.push(resource);
  return resource;
}

/** An echo that records the verbs of its driver. */
class RecordingSession extends EchoSession {
  readonly #name: string;
  readonly #log: string[];

  /**
   * @param name of the client
   * @param log gets `NAME receive`, `NAME work` and `NAME send`
   * @param workSlices how many slices of computing come before the echo
   */
  constructor(name: string, log: string[], workSlices: number) {
    super(workSlices);
    this.#name = name;
    this.#log = log;
  }

  override receive(bytes: Uint8Array): number {
    this.#log.push(`${this.#name} receive`);
    return super.receive(bytes);
  }

  override work(): void {
    this.#log.push(`${this.#name} work`);
    super.work();
  }

  override sent(count: number): void {
    this.#log.push(`${this.#name} send`);
    super.sent(count);
  }
}

interface SceneOptions {
  readonly openSession?: (index: number) => Session;
  readonly kind?: SelectorKind;
  readonly quantumBytes?: number;
  readonly quantumAloneBytes?: number;
  readonly maxClients?: number;
}

/** A loop in the test's own thread; the test calls its turns. */
interface Scene extends FakeThread {
  readonly loop: Loop;
  readonly listener: ListeningSocket;
  readonly selector: Selector;
  /** One turn; it never blocks, since the wake pipe is ready. */
  turn(): void;
  /** Wakes the loop like the main thread does. */
  wake(): void;
  /** A client that was accepted, in a turn of its own. */
  join(): Socket;
  /** The paused loops, as another loop sees them. */
  readonly otherLoop: PausedLoops;
}

function scene(options: SceneOptions = {}): Scene {
  const { openSession = () => new EchoSession(0), kind = 'select', quantumBytes = 4, maxClients } = options;
  const { quantumAloneBytes = quantumBytes } = options;
  const fake = fakeThread(openSession, TIMEOUTS_MS, maxClients);
  const selector = own(createSelector(kind));
  const listener = own(listen({ host: '127.0.0.1', port: 0, nonBlocking: true }));
  const pipe = own(new WakePipe());
  const wakeDescriptors = [pipe.writeDescriptor, own(new WakePipe()).writeDescriptor];
  const pausedLoops = new PausedLoops(wakeDescriptors, 0);
  const parts = {
    selector,
    listener,
    wakeDescriptor: pipe.readDescriptor,
    pausedLoops,
    quantum: new Quantum(quantumBytes, quantumAloneBytes),
  };
  const loop = new Loop(fake.thread, parts);
  owned.push({
    [Symbol.dispose]: () => {
      for (const { socket } of fake.connections) socket.close();
    },
  });
  const turn = (): void => {
    wake(pipe.writeDescriptor);
    loop.turn();
  };
  return {
    ...fake,
    loop,
    listener,
    selector,
    turn,
    wake: () => {
      wake(pipe.writeDescriptor);
    },
    join: () => {
      const client = knock(listener);
      turn();
      return client;
    },
    otherLoop: new PausedLoops(wakeDescriptors, 1, pausedLoops.memory),
  };
}

/** A client that has connected and waits to be accepted. */
function knock(listener: ListeningSocket): Socket {
  return own(connect(listener.localAddress()));
}

/** All bytes that the client has received, without waiting; then `end` if the server has ended its sending. */
function arrived(client: Socket): (number | 'end')[] {
  client.setNonBlocking(true);
  const buffer = new Uint8Array(64);
  const bytes: (number | 'end')[] = [];
  for (;;) {
    const count = client.recv(buffer);
    if (count === WOULD_BLOCK) return bytes;
    if (count === 0) return [...bytes, 'end'];
    bytes.push(...buffer.subarray(0, count));
  }
}

describe('a turn', () => {
  it.for(SELECTOR_KINDS)('turn() alternates the sends of two clients with %s', (kind) => {
    const log: string[] = [];
    const openSession = (index: number): Session => new RecordingSession('AB'[index]!, log, 0);
    const test = scene({ kind, openSession, quantumBytes: 1 });
    const clients = [test.join(), test.join()];
    for (const client of clients) client.send(MESSAGE);
    const turns: string[][] = [];
    for (let turn = 0; turn < 5; turn += 1) {
      test.turn();
      turns.push(log.splice(0).sort());
    }
    const sends = ['A send', 'B send'];
    expect(turns).toEqual([['A receive', 'A send', 'B receive', 'B send'], sends, sends, sends, []]);
    expect(clients.map(arrived)).toEqual([
      [...MESSAGE, 'end'],
      [...MESSAGE, 'end'],
    ]);
    expect(test.outcomes).toEqual(['served', 'served']);
  });

  it('turn() gives each computing client one slice, and serves the others too', () => {
    const log: string[] = [];
    const slices = [3, 3, 0];
    const openSession = (index: number): Session => new RecordingSession('ABC'[index]!, log, slices[index]!);
    const test = scene({ openSession });
    const [a, b, c] = [test.join(), test.join(), test.join()];
    a.send(MESSAGE);
    b.send(MESSAGE);
    const turns: string[] = [];
    const takeTurn = (): void => {
      test.turn();
      turns.push(log.splice(0).sort().join(', '));
    };
    takeTurn();
    c.send(MESSAGE);
    for (let turn = 0; turn < 3; turn += 1) takeTurn();
    expect(turns).toEqual([
      'A receive, A work, B receive, B work',
      'A work, B work, C receive, C send',
      'A send, A work, B send, B work',
      '',
    ]);
  });

  it('turn() sends at most a quantum', () => {
    const test = scene({ quantumBytes: 3 });
    const client = test.join();
    client.send(MESSAGE);
    test.turn();
    expect(arrived(client)).toEqual([1, 2, 3]);
    test.turn();
    expect(arrived(client)).toEqual([4, 'end']);
  });

  it('turn() sends more to a client when no other one is ready', () => {
    const test = scene({ quantumBytes: 1, quantumAloneBytes: 3 });
    const [client, other] = [test.join(), test.join()];
    client.send(MESSAGE);
    test.loop.turn();
    expect(arrived(client)).toEqual([1, 2, 3]);
    other.send(MESSAGE);
    test.loop.turn();
    expect([arrived(client), arrived(other)]).toEqual([[4, 'end'], [1]]);
    test.loop.turn();
    expect(arrived(other)).toEqual([2, 3, 4, 'end']);
  });

  it('turn() sends a quantum to a client that is ready alone while another one computes', () => {
    const openSession = (index: number): Session => new EchoSession(index === 0 ? 5 : 0);
    const test = scene({ openSession, quantumBytes: 1, quantumAloneBytes: 4 });
    const [computing, client] = [test.join(), test.join()];
    computing.send(MESSAGE);
    test.loop.turn();
    client.send(MESSAGE);
    test.loop.turn();
    expect(arrived(client)).toEqual([1]);
  });

  it('turn() does not read from a client while it computes for it', () => {
    const log: string[] = [];
    const test = scene({ openSession: () => new RecordingSession('A', log, 2) });
    const client = test.join();
    client.send(Uint8Array.of(1, 2, 3, 4, 5, 6));
    for (let turn = 0; turn < 3; turn += 1) test.turn();
    expect(log).toEqual(['A receive', 'A work', 'A work', 'A send']);
  });

  it('turn() does not serve a new client because of the readiness of the one that had its descriptor', () => {
    const log: string[] = [];
    const openSession = (index: number): Session => new RecordingSession('AB'[index]!, log, 0);
    const test = scene({ openSession });
    const first = test.join();
    first.shutdown('write');
    knock(test.listener);
    test.turn();
    expect(test.connections[0]!.closed).toBe(true);
    expect(test.connections).toHaveLength(2);
    expect(log).toEqual(['A receive']);
  });

  it('turn() accepts many connections in several turns', () => {
    const test = scene();
    for (let client = 0; client < 40; client += 1) knock(test.listener);
    test.turn();
    expect(test.connections).toHaveLength(32);
    test.turn();
    expect(test.connections).toHaveLength(40);
  });
});

describe('blocking', () => {
  function timeoutOfNextTurn(test: Scene): number | undefined {
    const select = vi.spyOn(test.selector, 'select');
    test.turn();
    const [timeoutMs] = select.mock.calls[0]!;
    select.mockRestore();
    return timeoutMs;
  }

  it('turn() blocks without a time limit when there is no client', () => {
    expect(timeoutOfNextTurn(scene())).toBeUndefined();
  });

  it('turn() blocks until the next time limit when clients are idle', () => {
    const test = scene();
    test.join();
    test.clock.advance(99.5);
    test.turn();
    expect(timeoutOfNextTurn(test)).toBe(901);
  });

  it('turn() does not block when a client computes', () => {
    const test = scene({ openSession: () => new EchoSession(2), quantumBytes: 3 });
    const client = test.join();
    client.send(MESSAGE);
    test.turn();
    expect(timeoutOfNextTurn(test)).toBe(0);
    expect(timeoutOfNextTurn(test)).toBe(400);
  });
});

describe('time limits', () => {
  it('turn() closes a client that stays idle for its limit, and not before', () => {
    const test = scene();
    const client = test.join();
    test.clock.advance(999);
    test.turn();
    expect(arrived(client)).toEqual([]);
    test.clock.advance(1);
    test.turn();
    expect(arrived(client)).toEqual(['end']);
    expect(test.outcomes).toEqual(['too-slow']);
  });

  it('turn() limits a request as a whole: its bytes do not extend the limit', () => {
    const test = scene();
    const client = test.join();
    for (let byte = 0; byte < 3; byte += 1) {
      client.send(Uint8Array.of(byte));
      test.turn();
      test.clock.advance(100);
    }
    test.turn(); // the limit has passed: the refusal goes out next
    test.turn();
    expect(arrived(client)).toEqual([255, 255, 255, 254]);
    expect(test.outcomes).toEqual(['refused-too-slow']);
    test.clock.advance(50);
    test.turn(); // a refused client that stays is closed
    expect(arrived(client)).toEqual(['end']);
  });

  it('turn() limits a farewell as a whole: bytes of a refused client do not extend the limit', () => {
    const test = scene({ maxClients: 1 });
    test.join();
    const refused = test.join();
    test.turn();
    for (let byte = 0; byte < 2; byte += 1) {
      refused.send(Uint8Array.of(byte));
      test.clock.advance(25);
      test.turn();
    }
    expect(arrived(refused)).toEqual([255, 255, 255, 255, 'end']);
  });

  it('turn() limits sending by progress: each byte that the peer takes restarts the limit', () => {
    const test = scene({ quantumBytes: 1 });
    const client = test.join();
    client.send(MESSAGE);
    test.turn();
    for (let byte = 0; byte < 4; byte += 1) {
      test.clock.advance(399);
      test.turn();
    }
    expect(arrived(client)).toEqual([...MESSAGE, 'end']);
    expect(test.outcomes).toEqual(['served']);
  });

  it('turn() does not limit computing', () => {
    const test = scene({ openSession: () => new EchoSession(2) });
    const client = test.join();
    client.send(MESSAGE);
    test.turn();
    test.clock.advance(100_000);
    test.turn();
    test.turn();
    expect(arrived(client)).toEqual([...MESSAGE, 'end']);
  });
});

describe('limits', () => {
  it('turn() refuses clients beyond the limit as busy, and accepts the next one when another has left', () => {
    const test = scene({ maxClients: 1 });
    const [first, second] = [test.join(), test.join()];
    test.turn();
    expect(arrived(second)).toEqual([255, 255, 255, 255]);
    first.close();
    test.turn();
    const third = test.join();
    third.send(MESSAGE);
    test.turn();
    test.turn();
    expect(arrived(third)).toEqual([...MESSAGE, 'end']);
    expect(test.outcomes).toEqual(['refused-busy', 'probe', 'served']);
  });

  it('turn() continues when the client that it serves has left', () => {
    const test = scene();
    const [lost, other] = [test.join(), test.join()];
    lost.setLinger(0);
    lost.close();
    other.send(MESSAGE);
    test.turn();
    test.turn();
    expect(arrived(other)).toEqual([...MESSAGE, 'end']);
    expect(test.outcomes).toEqual(['probe', 'served']);
    expect(test.selector.size).toBe(2); // the listening socket and the wake pipe
  });
});

describe('several loops', () => {
  it('turn() wakes a paused loop when a client has left', () => {
    const test = scene();
    const client = test.join();
    test.otherLoop.join();
    test.turn();
    expect(test.otherLoop.joined).toBe(true);
    client.close();
    test.turn();
    expect(test.otherLoop.joined).toBe(false);
  });

  it('turn() accepts again when a client of another loop has left and it has no clients', () => {
    const test = scene();
    const accept = vi.spyOn(test.listener, 'accept').mockImplementation(() => {
      throw new SocketError('accept', constants.errno.EMFILE);
    });
    const client = test.join();
    accept.mockRestore();
    client.send(MESSAGE);
    test.turn();
    expect(test.connections).toHaveLength(0);
    test.otherLoop.wakeOthers();
    test.loop.turn(); // woken by the other loop, at the time of the pause
    test.turn();
    test.turn();
    expect(arrived(client)).toEqual([...MESSAGE, 'end']);
  });
});

describe('stopping', () => {
  it('run() ends at an order when there is no client, and its port refuses then', () => {
    const test = scene();
    const address = test.listener.localAddress();
    test.control.give(DRAIN);
    test.wake();
    test.loop.run();
    expect(() => connect(address)).toThrow('ECONNREFUSED');
    expect(() => test.selector.select(0)).toThrow('closed');
  });

  it('turn() refuses idle and unaccepted clients, and serves requests in progress, when it drains', () => {
    const test = scene();
    const [idle, asked, half] = [test.join(), test.join(), test.join()];
    half.send(MESSAGE.subarray(0, 2));
    test.turn();
    // This request has arrived before the order, and the loop has not seen it.
    asked.send(MESSAGE);
    const crowd = Array.from({ length: 33 }, () => knock(test.listener)); // one more than a turn accepts
    test.control.give(DRAIN);
    test.turn();
    expect(arrived(crowd[32]!)).toEqual([255, 255, 255, 253, 'end']);
    test.turn();
    for (const client of crowd.splice(0)) client.close();
    expect(arrived(idle)).toEqual([255, 255, 255, 253]);
    expect(arrived(asked)).toEqual([...MESSAGE, 'end']);
    half.send(MESSAGE.subarray(2));
    test.turn();
    test.turn();
    expect(arrived(half)).toEqual([...MESSAGE, 'end']);
    idle.close();
    test.wake();
    test.loop.run(); // ends: no client is left
    expect(test.outcomes.filter((outcome) => outcome === 'served')).toHaveLength(2);
    expect(test.outcomes.filter((outcome) => outcome === 'refused-shutdown')).toHaveLength(34);
  });

  it('turn() closes all clients in any phase at CUT', () => {
    const sessions = [new EchoSession(0), new EchoSession(1000), new EchoSession(0)];
    const test = scene({ openSession: (index) => sessions[index]! });
    const [half, computing, refused] = [test.join(), test.join(), test.join()];
    half.send(MESSAGE.subarray(0, 2));
    computing.send(MESSAGE);
    test.turn();
    test.control.give(DRAIN);
    test.turn();
    test.turn();
    expect(arrived(refused)).toEqual([255, 255, 255, 253]);
    test.control.give(CUT);
    test.turn();
    expect(test.connections.map(({ closed }) => closed)).toEqual([true, true, true]);
    expect(arrived(half)).toEqual([255, 255, 255, 253, 'end']);
    expect(arrived(computing)).toEqual([255, 255, 255, 253, 'end']);
    expect(arrived(refused)).toEqual(['end']);
    test.loop.run();
    expect(test.outcomes).toEqual(['refused-shutdown', 'refused-shutdown', 'refused-shutdown']);
  });

  it('turn() refuses and closes all clients when the first order is CUT', () => {
    const test = scene();
    test.join();
    const unaccepted = knock(test.listener);
    test.control.give(CUT);
    test.turn();
    test.loop.run();
    expect(arrived(unaccepted)).toEqual([255, 255, 255, 253, 'end']);
    expect(test.outcomes).toEqual(['refused-shutdown', 'refused-shutdown']);
  });
});

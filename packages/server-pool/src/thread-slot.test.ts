import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { eventually, throughout, within } from '@concurrent-primes/fixtures';
import { CUT, DRAIN, RUN } from '@concurrent-primes/server-core';
import { READ, Socket, SocketError, WOULD_BLOCK, connect, createSelector, listen } from '@concurrent-primes/sockets';
import { afterEach, describe, expect, it } from 'vitest';
import type { BlockedWorkerData, BlockedWorkerResult } from './testing/blocked-worker.ts';
import type { SlotWorkerData, SlotWorkerResult } from './testing/slot-worker.ts';
import { ACCEPTING, IDLE, RECEIVING, SENDING, ThreadSlot, allocateSlots } from './thread-slot.ts';

const DEADLINE_MS = 60_000;
/** Internal states of the slot, for tests that stop it during a wake-up. */
const [OWN, WAKING, WOKEN] = [0, 1, 2] as const;
const owned: Disposable[] = [];

afterEach(() => {
  for (const resource of owned.splice(0)) resource[Symbol.dispose]();
});

/** Both ends of a connection, closed after the test. */
function pair(): { readonly socket: Socket; readonly peer: Socket } {
  using listener = listen({ host: '127.0.0.1', port: 0 });
  const peer = connect(listener.localAddress());
  const socket = listener.accept()!;
  owned.push(peer, socket);
  return { socket, peer };
}

/** Whether a connection carries bytes in both directions. */
function directions({ socket, peer }: ReturnType<typeof pair>): {
  readonly receives: boolean;
  readonly sends: boolean;
} {
  for (const end of [socket, peer]) end.setNonBlocking(true);
  return {
    receives: socket.recv(new Uint8Array(1)) === WOULD_BLOCK,
    sends: peer.recv(new Uint8Array(1)) === WOULD_BLOCK,
  };
}

describe('wake', () => {
  it.for([
    [DRAIN, 'ACCEPTING', ACCEPTING, { receives: false, sends: false }],
    [DRAIN, 'IDLE', IDLE, { receives: false, sends: true }],
    [DRAIN, 'RECEIVING', RECEIVING, undefined],
    [DRAIN, 'SENDING', SENDING, undefined],
    [CUT, 'ACCEPTING', ACCEPTING, { receives: false, sends: false }],
    [CUT, 'IDLE', IDLE, { receives: false, sends: true }],
    [CUT, 'RECEIVING', RECEIVING, { receives: false, sends: true }],
    [CUT, 'SENDING', SENDING, { receives: false, sends: false }],
  ] as const)('wake() at order %d ends the right directions when the state is %s', ([order, , state, ends]) => {
    const slots = allocateSlots(1);
    const [thread, main] = [new ThreadSlot(slots, 0), new ThreadSlot(slots, 0)];
    const ends2 = pair();
    thread.enter(state, ends2.socket.descriptor);
    main.wake(order);
    expect(thread.leave(state)).toBe(ends !== undefined);
    expect(directions(ends2)).toEqual(ends ?? { receives: true, sends: true });
  });

  it('wake() does nothing when the thread is not blocked', () => {
    const slots = allocateSlots(1);
    const [thread, main] = [new ThreadSlot(slots, 0), new ThreadSlot(slots, 0)];
    const ends = pair();
    main.wake(CUT); // not blocked yet, and the descriptor is 0: standard input
    thread.enter(IDLE, ends.socket.descriptor);
    expect(thread.leave(IDLE)).toBe(false);
    main.wake(CUT);
    expect(directions(ends)).toEqual({ receives: true, sends: true });
  });

  it('wake() does nothing when there is no order to stop', () => {
    const slots = allocateSlots(1);
    const slot = new ThreadSlot(slots, 0);
    const ends = pair();
    slot.enter(IDLE, ends.socket.descriptor);
    slot.wake(RUN);
    expect(slot.leave(IDLE)).toBe(false);
    expect(directions(ends)).toEqual({ receives: true, sends: true });
  });

  it('wake() touches one slot only', () => {
    const slots = allocateSlots(3);
    const ends = [pair(), pair(), pair()];
    const threads = ends.map(({ socket }, index) => {
      const slot = new ThreadSlot(slots, index);
      slot.enter(IDLE, socket.descriptor);
      return slot;
    });
    new ThreadSlot(slots, 1).wake(DRAIN);
    expect(threads.map((slot) => slot.leave(IDLE))).toEqual([false, true, false]);
    expect(ends.map((end) => directions(end).receives)).toEqual([true, false, true]);
  });

  it('wake() throws nothing when the peer has reset the connection', () => {
    const { socket, peer } = pair();
    peer.setLinger(0);
    peer.close();
    using selector = createSelector('poll');
    selector.register(socket.descriptor, READ);
    expect(selector.select(DEADLINE_MS).count).toBe(1);
    const slot = new ThreadSlot(allocateSlots(1), 0);
    slot.enter(SENDING, socket.descriptor);
    slot.wake(CUT);
    expect(slot.leave(SENDING)).toBe(true);
  });

  it('wake() throws when the descriptor is not open, and the thread continues', () => {
    const { socket } = pair();
    const { descriptor } = socket;
    socket.close();
    const slot = new ThreadSlot(allocateSlots(1), 0);
    slot.enter(SENDING, descriptor);
    expect(() => {
      slot.wake(CUT);
    }).toThrow(expect.objectContaining({ constructor: SocketError, code: 'EBADF' }));
    expect(slot.leave(SENDING)).toBe(true);
  });
});

describe('leave', () => {
  it('leave() returns the descriptor to its thread, also after a wake-up', () => {
    const slots = allocateSlots(1);
    const slot = new ThreadSlot(slots, 0);
    const ends = pair();
    slot.enter(IDLE, ends.socket.descriptor);
    slot.wake(DRAIN);
    expect(slot.leave(IDLE)).toBe(true);
    const words = new Int32Array(slots);
    expect(words[0]).toBe(OWN);
    slot.enter(RECEIVING, ends.socket.descriptor);
    expect(slot.leave(RECEIVING)).toBe(false);
  });

  it('leave() blocks the thread while the main thread uses its descriptor', async () => {
    const slots = allocateSlots(1);
    const words = new Int32Array(slots);
    const { socket, peer } = pair();
    const worker = startBlocked({ slots, state: IDLE, descriptor: socket.descriptor });
    await eventually(() => {
      expect(Atomics.load(words, 0)).toBe(IDLE);
    });
    // The first half of a wake-up, and bytes that end the thread's recv.
    expect(Atomics.compareExchange(words, 0, IDLE, WAKING)).toBe(IDLE);
    peer.send(Uint8Array.of(1));
    await throughout(() => {
      expect([Atomics.load(words, 0), worker.hasEnded()]).toEqual([WAKING, false]);
    }, 50);
    Atomics.store(words, 0, WOKEN);
    Atomics.notify(words, 0);
    expect(await worker.result).toEqual({ outcome: 1, woken: true });
    expect(words[0]).toBe(OWN);
  });
});

describe('threads', () => {
  it('wake() wakes a thread that is blocked in recv', async () => {
    const slots = allocateSlots(1);
    const { socket } = pair();
    const worker = startBlocked({ slots, state: IDLE, descriptor: socket.descriptor });
    await wakeWhenBlocked(slots, IDLE);
    expect(await worker.result).toEqual({ outcome: 0, woken: true });
  });

  it('wake() wakes a thread that is blocked in accept', async () => {
    const slots = allocateSlots(1);
    using listener = listen({ host: '127.0.0.1', port: 0 });
    const worker = startBlocked({ slots, state: ACCEPTING, descriptor: listener.descriptor });
    await wakeWhenBlocked(slots, ACCEPTING);
    expect(await worker.result).toEqual({ outcome: 'EINVAL', woken: true });
  });

  it('wake() never touches another socket with the same number when it races with leave()', async () => {
    const slots = allocateSlots(1);
    const connections = 400;
    const data: SlotWorkerData = { slots, connections };
    const worker = new Worker(new URL('./testing/slot-worker.ts', import.meta.url), { workerData: data });
    const exit = once(worker, 'exit');
    let result: SlotWorkerResult | undefined;
    worker.once('message', (message: SlotWorkerResult) => (result = message));
    const main = new ThreadSlot(slots, 0);
    const endMs = performance.now() + DEADLINE_MS;
    while (result === undefined) {
      if (performance.now() > endMs) throw new Error('the thread must come to its end, it is still under way');
      for (let attempt = 0; attempt < 200; attempt += 1) main.wake(DRAIN);
      await new Promise(setImmediate);
    }
    await exit;
    expect(result).toMatchObject({ wronglyShutDown: 0, falselyTold: 0 });
    expect(result.woken).toBeGreaterThanOrEqual(connections / 2);
  });
});

/** Starts a thread that blocks; see `blocked-worker.ts`. */
function startBlocked(data: BlockedWorkerData): {
  readonly result: Promise<BlockedWorkerResult>;
  hasEnded(): boolean;
} {
  const worker = new Worker(new URL('./testing/blocked-worker.ts', import.meta.url), { workerData: data });
  let ended = false;
  const result = once(worker, 'message').then(([message]: BlockedWorkerResult[]) => {
    ended = true;
    return message!;
  });
  return { result: within(result, DEADLINE_MS, 'the thread to come back'), hasEnded: () => ended };
}

/** Wakes the thread when its state is set, whether or not it is in the system call by then. */
async function wakeWhenBlocked(slots: SharedArrayBuffer, state: number): Promise<void> {
  await eventually(() => {
    expect(Atomics.load(new Int32Array(slots), 0)).toBe(state);
  });
  new ThreadSlot(slots, 0).wake(DRAIN);
}

describe('evict', () => {
  it('evict() ends the silence of an idle client, and says so', () => {
    const slots = allocateSlots(1);
    const [thread, keeper] = [new ThreadSlot(slots, 0), new ThreadSlot(slots, 0)];
    const ends = pair();
    thread.enter(IDLE, ends.socket.descriptor, 17);
    expect(keeper.idleSinceMs).toBe(17);
    expect(keeper.evict()).toBe(true);
    expect(keeper.idleSinceMs).toBeUndefined();
    expect([thread.leave(IDLE), thread.evicted]).toEqual([true, true]);
    expect(directions(ends)).toEqual({ receives: false, sends: true });
    thread.enter(IDLE, ends.socket.descriptor);
    expect([thread.leave(IDLE), thread.evicted]).toEqual([false, false]);
  });

  it.for([RECEIVING, SENDING, ACCEPTING] as const)('evict() leaves a thread alone that is blocked in %d', (state) => {
    const slots = allocateSlots(1);
    const [thread, keeper] = [new ThreadSlot(slots, 0), new ThreadSlot(slots, 0)];
    const ends = pair();
    thread.enter(state, ends.socket.descriptor);
    expect([keeper.idleSinceMs, keeper.evict(), thread.leave(state)]).toEqual([undefined, false, false]);
    expect(directions(ends)).toEqual({ receives: true, sends: true });
  });

  it.for(['a byte', 'the end', 'a reset'])('evict() leaves a client alone from which %s has come', (what) => {
    const slots = allocateSlots(1);
    const [thread, keeper] = [new ThreadSlot(slots, 0), new ThreadSlot(slots, 0)];
    const { socket, peer } = pair();
    if (what === 'a byte') peer.send(Uint8Array.of(1));
    else if (what === 'the end') peer.shutdown('write');
    else peer.close(true);
    thread.enter(IDLE, socket.descriptor);
    expect([keeper.evict(), thread.leave(IDLE), thread.evicted]).toEqual([false, false, false]);
    // A later order still reaches the thread.
    thread.enter(IDLE, socket.descriptor);
    keeper.wake(DRAIN);
    expect([thread.leave(IDLE), thread.evicted]).toEqual([true, false]);
  });
});

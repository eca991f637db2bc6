import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { eventually, throughout, within } from '@concurrent-primes/fixtures';
import { describe, expect, it } from 'vitest';
import { BoundedQueue, EMPTY, END, MAX_CAPACITY } from './bounded-queue.ts';
import type { QueueWorkerData } from './testing/queue-worker.ts';

const QUEUE_WORKER = new URL('./testing/queue-worker.ts', import.meta.url);
const DEADLINE_MS = 60_000;
/** Time to observe a thread that must stay blocked. */
const WATCH_MS = 30;

/** A queue whose counters are close to the end of the int32 range. */
function queueBeforeWrapAround(capacity: number, itemsBefore: number): BoundedQueue {
  const { memory } = new BoundedQueue(capacity);
  // Head and tail are the first two words.
  new Int32Array(memory).fill(2 ** 31 - itemsBefore, 0, 2);
  return new BoundedQueue(capacity, memory);
}

/** A thread that puts or takes; see `queue-worker.ts`. */
class QueueWorker {
  readonly #done = new Int32Array(new SharedArrayBuffer(4));
  readonly #exit: Promise<unknown>;

  constructor(queue: BoundedQueue, task: { readonly put?: number; readonly taken?: Int32Array<SharedArrayBuffer> }) {
    const { capacity, memory } = queue;
    const { put, taken = new Int32Array(new SharedArrayBuffer(64)) } = task;
    const data: QueueWorkerData = {
      capacity,
      memory,
      ...(put === undefined ? {} : { put }),
      done: this.#done.buffer,
      taken: taken.buffer,
    };
    this.#exit = once(new Worker(QUEUE_WORKER, { workerData: data }), 'exit');
  }

  /** Number of items put or taken. */
  get done(): number {
    return Atomics.load(this.#done, 0);
  }

  /** Waits until this many items are put or taken, and checks that no more follow. */
  async blocksAt(done: number): Promise<void> {
    const check = (): void => {
      expect(this.done).toBe(done);
    };
    await eventually(check);
    await throughout(check, WATCH_MS);
  }

  async ended(): Promise<void> {
    await within(this.#exit, DEADLINE_MS, 'the thread to end');
  }
}

describe('put and take', () => {
  it('take() returns the items in the order of put() when the ring wraps around', () => {
    const queue = new BoundedQueue(3);
    let put = 0;
    let taken = 0;
    for (let lap = 0; lap < 20; lap += 1) {
      while (queue.length < 3) queue.put(100 + put++);
      for (let count = 0; count < (lap % 3) + 1; count += 1) expect(queue.take()).toBe(100 + taken++);
    }
    while (queue.length > 0) expect(queue.take()).toBe(100 + taken++);
    expect(taken).toBe(put);
  });

  it.for([1, 2, 3, 4, 7])('put() and take() work when the counters pass 2^31 - 1, with capacity %d', (capacity) => {
    const queue = queueBeforeWrapAround(capacity, 2);
    for (let lap = 0; lap < 3; lap += 1) {
      for (let item = 0; item < capacity; item += 1) {
        queue.put(lap * capacity + item);
        expect(queue.length).toBe(item + 1);
      }
      for (let item = 0; item < capacity; item += 1) expect(queue.take()).toBe(lap * capacity + item);
      expect(queue.length).toBe(0);
    }
    expect(new Int32Array(queue.memory)[0]).toBeLessThan(capacity === 1 ? 2 ** 31 : 0);
  });

  it.for([1, 3, 4])('put() blocks when %d items wait, and continues when one is taken', async (capacity) => {
    const queue = queueBeforeWrapAround(capacity, 2);
    const putter = new QueueWorker(queue, { put: capacity + 2 });
    await putter.blocksAt(capacity);
    expect(queue.length).toBe(capacity);
    expect(queue.take()).toBe(0);
    await putter.blocksAt(capacity + 1);
    for (let item = 1; item < capacity + 2; item += 1) expect(queue.take()).toBe(item);
    await putter.ended();
    expect(queue.take()).toBe(END);
  });

  it('take() blocks when the queue is empty, and continues when an item is put', async () => {
    const queue = queueBeforeWrapAround(2, 1);
    const taker = new QueueWorker(queue, {});
    await taker.blocksAt(0);
    queue.put(3);
    await taker.blocksAt(1);
    queue.put(4);
    queue.put(5);
    await taker.blocksAt(3);
    queue.end();
    await taker.ended();
  });

  it('put() gives every item to exactly one of several takers', async () => {
    const items = 20_000;
    const queue = queueBeforeWrapAround(3, items / 2);
    const taken = new Int32Array(new SharedArrayBuffer(items * 4));
    const takers = Array.from({ length: 3 }, () => new QueueWorker(queue, { taken }));
    const putter = new QueueWorker(queue, { put: items });
    await Promise.all([putter, ...takers].map((worker) => worker.ended()));
    expect(taken.every((count) => count === 1)).toBe(true);
    expect(takers.reduce((sum, { done }) => sum + done, 0)).toBe(items);
    expect(queue.length).toBe(1); // the sentinel stays
  });
});

describe('takeNow', () => {
  it('takeNow() distinguishes an empty queue from one that has ended', () => {
    const queue = queueBeforeWrapAround(2, 1);
    expect(queue.takeNow()).toBe(EMPTY);
    queue.put(5);
    queue.put(6);
    expect([queue.takeNow(), queue.takeNow(), queue.takeNow()]).toEqual([5, 6, EMPTY]);
    queue.end();
    expect([queue.takeNow(), queue.takeNow()]).toEqual([END, END]);
  });

  it('takeNow() makes room for a putter that is blocked', async () => {
    const queue = new BoundedQueue(1);
    const putter = new QueueWorker(queue, { put: 2 });
    await putter.blocksAt(1);
    expect(queue.takeNow()).toBe(0);
    await putter.ended();
  });
});

describe('end', () => {
  it.for([1, 3, 4])('end() does nothing when called again, with capacity %d', (capacity) => {
    const queue = queueBeforeWrapAround(capacity, 2);
    for (let item = 0; item < capacity; item += 1) queue.put(item);
    queue.end();
    queue.end();
    expect(queue.length).toBe(capacity + 1);
    for (let item = 0; item < capacity; item += 1) expect(queue.take()).toBe(item);
    expect(queue.take()).toBe(END);
  });

  it('waiting is the number of items without the sentinel', () => {
    const queue = queueBeforeWrapAround(3, 1);
    expect(queue.waiting).toBe(0);
    queue.put(1);
    queue.put(2);
    expect(queue.waiting).toBe(2);
    queue.end();
    expect([queue.waiting, queue.length]).toEqual([2, 3]);
    queue.take();
    queue.take();
    expect([queue.waiting, queue.take()]).toEqual([0, END]);
  });

  // With these capacities the ring has one slot more than the capacity, or several.
  it.for([1, 2, 3, 4, 7])('end() lets the items be taken first when the queue holds %d', (capacity) => {
    const queue = new BoundedQueue(capacity);
    for (let item = 0; item < capacity; item += 1) queue.put(item);
    queue.end();
    for (let item = 0; item < capacity; item += 1) expect(queue.take()).toBe(item);
    expect([queue.take(), queue.take()]).toEqual([END, END]);
  });

  it('end() wakes every taker that is blocked', async () => {
    const queue = new BoundedQueue(4);
    const takers = Array.from({ length: 3 }, () => new QueueWorker(queue, {}));
    for (const taker of takers) await taker.blocksAt(0);
    queue.end();
    await Promise.all(takers.map((taker) => taker.ended()));
  });
});

describe('BoundedQueue', () => {
  it.for([0, -1, 1.5, NaN, MAX_CAPACITY + 1])(
    'BoundedQueue throws a RangeError when the capacity is %d',
    (capacity) => {
      expect(() => new BoundedQueue(capacity)).toThrow(
        new RangeError(`cannot make a queue: its capacity must be an integer from 1 to 65536, got ${capacity}`),
      );
    },
  );

  it('BoundedQueue shares its items when it gets the memory of another one', () => {
    const queue = new BoundedQueue(MAX_CAPACITY);
    const view = new BoundedQueue(MAX_CAPACITY, queue.memory);
    queue.put(7);
    expect(view.length).toBe(1);
    expect(view.take()).toBe(7);
    expect(queue.length).toBe(0);
  });
});

describe('takeNow() with a condition', () => {
  it('takes the first item only if its stamp is due', () => {
    const queue = new BoundedQueue(4);
    queue.put(7, 100);
    queue.put(8, 200);
    const due = (stamp: number): boolean => stamp <= 150;
    expect([queue.takeNow(due), queue.takeNow(due), queue.length]).toEqual([7, EMPTY, 1]);
    queue.end();
    expect([queue.takeNow(due), queue.takeNow(), queue.takeNow(due)]).toEqual([EMPTY, 8, END]);
    expect(queue.progress).toEqual({ taken: 2, put: 3 });
  });
});

describe('waitForPlace', () => {
  it('waitForPlace() returns whether there is a place in time', () => {
    const queue = new BoundedQueue(1);
    expect(queue.waitForPlace(0)).toBe(true);
    queue.put(7);
    expect(queue.waitForPlace(1)).toBe(false);
    queue.takeNow();
    expect(queue.waitForPlace(1)).toBe(true);
  });
});

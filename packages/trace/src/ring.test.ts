import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { EVENT_WORDS, codeOf, threadOf } from './events.ts';
import { BATCH, MIN_CAPACITY, RingReader, RingWriter, allocateRing } from './ring.ts';

const CAPACITY = MIN_CAPACITY;
/** Events that a reader trusts. */
const KEPT = CAPACITY - 2 * BATCH;

function ring(capacity = CAPACITY) {
  const memory = allocateRing(capacity);
  const writer = new RingWriter(memory, 7);
  const reader = new RingReader(memory);
  let next = 0;
  const write = (count: number): void => {
    for (let i = 0; i < count; i += 1) writer.write(9, 5, next++, -1);
    writer.publish();
  };
  const numbers = (words: Int32Array): number[] =>
    Array.from({ length: words.length / EVENT_WORDS }, (_, i) => words[i * EVENT_WORDS + 2]!);
  return { memory, writer, reader, write, numbers };
}

describe('RingReader', () => {
  it('read() returns events in order, each once, with time, kind, thread, slot and numbers', () => {
    const { writer, reader, write, numbers } = ring();
    writer.timeUs = 1234;
    write(3);
    const { lost, words } = reader.read();
    expect([lost, numbers(words)]).toEqual([0, [0, 1, 2]]);
    expect([words[0], codeOf(words[1]!), threadOf(words[1]!), words[1]! >>> 16, words[3]]).toEqual([1234, 9, 7, 5, -1]);
    write(2);
    expect(numbers(reader.read().words)).toEqual([3, 4]);
    expect(reader.read()).toEqual({ lost: 0, passedOver: 0, words: new Int32Array(0) });
  });

  it('read() sees no event before it is published, or before there are BATCH of them', () => {
    const { writer, reader } = ring();
    for (let i = 0; i < BATCH - 1; i += 1) writer.write(1, 0, i, 0);
    expect(reader.read().words).toHaveLength(0);
    writer.write(1, 0, BATCH - 1, 0);
    expect(reader.read().words).toHaveLength(BATCH * EVENT_WORDS);
  });

  it.for([1, KEPT - 1, KEPT, KEPT + 1, CAPACITY, CAPACITY + 1, 3 * CAPACITY + 17])(
    'read() returns the last events and the number of lost ones after %d events',
    (count) => {
      const { reader, write, numbers } = ring();
      for (const first of [0, count]) {
        write(count);
        const { lost, words } = reader.read();
        expect(lost).toBe(Math.max(0, count - KEPT));
        expect(numbers(words)).toEqual(Array.from({ length: count - lost }, (_, i) => first + lost + i));
      }
    },
  );

  it.for([
    [0, 3, 0],
    [3, 3, 0],
    [10, 3, 7],
    [KEPT, 3, KEPT - 3],
    [3 * CAPACITY, 3, 3 * CAPACITY - 3],
  ] as const)('passOver() leaves out the events so far: of %d, keeping %d, %d', ([count, kept, passed]) => {
    const { reader, write, numbers } = ring();
    write(count);
    reader.passOver(kept);
    write(2);
    const { lost, passedOver, words } = reader.read();
    expect([lost, passedOver]).toEqual([passed, passed]);
    expect(numbers(words)).toEqual(Array.from({ length: count + 2 - passed }, (_, i) => passed + i));
    expect(reader.read()).toEqual({ lost: 0, passedOver: 0, words: new Int32Array(0) });
  });

  it('read() counts those that were left out and those that were overwritten', () => {
    const { reader, write, numbers } = ring();
    write(10);
    reader.passOver(0);
    write(CAPACITY);
    const { lost, passedOver, words } = reader.read();
    expect([lost, passedOver]).toEqual([10 + CAPACITY - KEPT, 10]);
    expect(numbers(words)[0]).toBe(10 + CAPACITY - KEPT);
  });

  it('read() counts on when the number of events passes 2^31 and 2^32', () => {
    for (const start of [2 ** 31 - 5, 2 ** 32 - 5]) {
      const { memory, reader, numbers } = ring();
      const words = new Int32Array(memory);
      words[0] = start | 0;
      const writer = new RingWriter(memory, 0);
      reader.read();
      for (let i = 0; i < 10; i += 1) writer.write(1, 0, i, 0);
      writer.publish();
      const { lost, words: read } = reader.read();
      expect([lost, numbers(read)]).toEqual([0, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]]);
    }
  });

  it('read() never returns a torn event, or one twice, when the writer is faster', async () => {
    const memory = allocateRing(CAPACITY);
    const total = 400_000;
    const source = `
      const { workerData } = require('node:worker_threads');
      import(workerData.module).then(({ RingWriter }) => {
        const writer = new RingWriter(workerData.memory, 0);
        for (let i = 0; i < workerData.total; i += 1) { writer.timeUs = i; writer.write(1, 0, i, ~i); }
        writer.publish();
      });
    `;
    const module = new URL('./ring.ts', import.meta.url).href;
    const worker = new Worker(source, { eval: true, workerData: { module, memory, total } });
    const reader = new RingReader(memory);
    let next = 0;
    while (next < total) {
      const { lost, words } = reader.read();
      next += lost;
      for (let at = 0; at < words.length; at += EVENT_WORDS) {
        if (words[at + 2] !== next || words[at + 3] !== ~next || words[at] !== next) {
          expect([words[at], words[at + 2], words[at + 3]]).toEqual([next, next, ~next]);
        }
        next += 1;
      }
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(next).toBe(total);
    await worker.terminate();
  });
});

it('wanted counts the snapshots that the reader has asked for', () => {
  const { writer, reader } = ring();
  reader.askForSnapshot();
  reader.askForSnapshot();
  expect(writer.wanted).toBe(2);
});

it.for([0, 1000, MIN_CAPACITY / 2, MIN_CAPACITY + 1])(
  'allocateRing() throws a RangeError for a capacity of %d',
  (capacity) => {
    expect(() => allocateRing(capacity)).toThrow(RangeError);
  },
);

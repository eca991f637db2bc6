import { expect, it } from 'vitest';
import { decodeEvents } from './batch.ts';
import { KINDS, MAIN_THREAD, NO_SLOT } from './events.ts';
import { MIN_CAPACITY, RingWriter, allocateRing } from './ring.ts';
import { TraceReader } from './trace-reader.ts';

function traced(threads: number) {
  const clock = { nowUs: 1000 };
  const memories = Array.from({ length: threads }, () => allocateRing(MIN_CAPACITY));
  const writers = memories.map((memory, thread) => new RingWriter(memory, thread));
  const rings = memories.map((memory, thread) => ({ memory, thread, puts: thread === 0 }));
  const reader = new TraceReader(rings, () => clock.nowUs);
  const write = (thread: number, timeUs: number, kind: number, a = 0): void => {
    writers[thread]!.timeUs = timeUs | 0;
    writers[thread]!.write(kind, 3, a, 0);
    writers[thread]!.publish();
  };
  const read = (): string[] =>
    reader
      .read()
      .flatMap((batch) => decodeEvents(batch).map(({ name, timeUs, thread, a }) => `${timeUs} ${thread} ${name} ${a}`));
  return { clock, reader, write, read, writers };
}

it('read() merges threads by time, and keeps the order within a thread', () => {
  const { write, read } = traced(3);
  write(1, 10, KINDS.RECV);
  write(1, 30, KINDS.SEND);
  write(2, 20, KINDS.RECV);
  write(0, 5, KINDS.ACCEPT);
  expect(read()).toEqual(['5 0 ACCEPT 0', '10 1 RECV 0', '20 2 RECV 0', '30 1 SEND 0']);
  expect(read()).toEqual([]);
});

it('read() puts TAKE after the PUT of the same item when clocks differ', () => {
  const { write, read } = traced(2);
  write(0, 12, KINDS.PUT, 5);
  write(1, 11, KINDS.TAKE, 5);
  write(1, 11, KINDS.RECV);
  expect(read()).toEqual(['12 0 PUT 5', '12 1 TAKE 5', '12 1 RECV 0']);
});

it('read() gives whole times when the 32 bits of the events have wrapped around', () => {
  const { clock, write, read, writers } = traced(1);
  const startUs = 2 ** 32 - 10;
  clock.nowUs = startUs + 20;
  write(0, startUs, KINDS.RECV);
  write(0, startUs + 15, KINDS.SEND);
  expect(read()).toEqual([`${startUs} 0 RECV 0`, `${startUs + 15} 0 SEND 0`]);
  // After a long silence the thread tells the whole time first.
  const laterUs = 3 * 2 ** 32 + 77;
  clock.nowUs = laterUs + 50;
  writers[0]!.write(KINDS.CLOCK, NO_SLOT, 77, 3);
  write(0, 90, KINDS.RECV);
  expect(read()).toEqual([`${laterUs} 0 CLOCK 77`, `${laterUs + 13} 0 RECV 0`]);
});

it('read() marks begin and end of a loss, and counts it', () => {
  const { clock, write, read } = traced(1);
  write(0, 100, KINDS.RECV);
  read();
  clock.nowUs = 5000;
  for (let i = 0; i < 2 * MIN_CAPACITY; i += 1) write(0, 200 + i, KINDS.TURN, i);
  const events = read();
  const lost = 2 * MIN_CAPACITY - MIN_CAPACITY / 2;
  expect(events.slice(0, 3)).toEqual([`1000 0 LOST ${lost}`, `${200 + lost} 0 LOST 0`, `${200 + lost} 0 TURN ${lost}`]);
  expect(events).toHaveLength(MIN_CAPACITY / 2 + 2);
});

it('note() adds events of the main thread', () => {
  const { reader, clock, write, read } = traced(1);
  write(0, 999, KINDS.RECV);
  reader.note(KINDS.GATE, 1, 0);
  clock.nowUs = 1001;
  write(0, 1001, KINDS.SEND);
  expect(read()).toEqual(['999 0 RECV 0', `1000 ${MAIN_THREAD} GATE 1`, '1001 0 SEND 0']);
});

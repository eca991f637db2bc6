/** A recording of Node's event loop, written by hand. Times are invented. */
import type { EventBatch } from '@concurrent-primes/trace';
import { EventWriter } from './event-writer.ts';

/** Three clients: a good one, one that sends 3 of 8 bytes, and one that hasn't closed. */
export function threeCallbacks(): EventBatch {
  const writer = new EventWriter();
  const at = (us: number): void => {
    writer.timeUs = us;
  };
  const answer = (slot: number, interval: readonly [number, number], n: number): void => {
    writer.write('CALLBACK', 0, slot, 8);
    writer.write('RECV', 0, slot, 8, 8);
    writer.write('ASKED', 0, slot, ...interval);
    writer.write('WORK', 0, slot);
    writer.write('COUNTED', 0, slot, n);
    writer.write('SEND', 0, slot, 4 * (n + 1), 4 * (n + 1));
  };
  at(1000);
  writer.write('ACCEPT', 0, 1, 1, -1 << 16);
  at(1100);
  answer(1, [2, 30], 10);
  at(1180);
  writer.write('ACCEPT', 0, 2, 2, -1 << 16);
  at(1250);
  writer.write('CALLBACK', 0, 2, 3);
  writer.write('RECV', 0, 2, 3, 8);
  at(1300);
  writer.write('ACCEPT', 0, 3, 3, -1 << 16);
  at(1400);
  answer(3, [100, 130], 6);
  at(1500);
  writer.write('CALLBACK', 0, 1, 8);
  writer.write('RECV', 0, 1, 8, 8);
  writer.write('SUM', 0, 1, 1);
  at(1600);
  writer.write('CALLBACK', 0, 1, 0);
  writer.write('RECV', 0, 1, 0, 8);
  writer.write('CLOSE', 0, 1, 1, 1);
  at(1700);
  writer.write('CALLBACK', 0, 3, 8);
  writer.write('RECV', 0, 3, 8, 8);
  writer.write('SUM', 0, 3, 1);
  return writer.batch;
}

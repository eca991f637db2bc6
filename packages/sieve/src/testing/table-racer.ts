/**
 * A worker that races others for the segments of a table. The winner of a segment returns its bytes only after all
 * others have lost it, so all of them compete for each segment, and all but one wait for it.
 */
import { workerData } from 'node:worker_threads';
import { PrimeTable } from '../prime-table.ts';
import { SEGMENT_BYTES } from '../segment.ts';

/** The memory that the racers share. */
export interface Race {
  readonly table: SharedArrayBuffer;
  /** By segment, int32: times sieved, racers that lost it, racers that read the right bytes. */
  readonly sieved: SharedArrayBuffer;
  readonly lost: SharedArrayBuffer;
  readonly right: SharedArrayBuffer;
  readonly racers: number;
  readonly segments: number;
}

const race = workerData as Race;
const table = new PrimeTable(race.table);
const sieved = new Int32Array(race.sieved);
const lost = new Int32Array(race.lost);
const right = new Int32Array(race.right);

for (let index = 0; index < race.segments; index++) {
  const won = table.fill(index, () => {
    Atomics.add(sieved, index, 1);
    for (let losers = 0; losers < race.racers - 1; losers = Atomics.load(lost, index)) {
      Atomics.wait(lost, index, losers);
    }
    return new Uint8Array(SEGMENT_BYTES).fill(index + 1);
  });
  if (!won) {
    Atomics.add(lost, index, 1);
    Atomics.notify(lost, index);
    table.waitUntilReady(index);
  }
  if (table.bytesOf(index).every((byte) => byte === index + 1)) Atomics.add(right, index, 1);
}

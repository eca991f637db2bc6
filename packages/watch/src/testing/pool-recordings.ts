/** Recordings of a pool: written by hand for three threads, simulated for 64. Times are invented. */
import type { EventBatch, EventName } from '@concurrent-primes/trace';
import { primesOf } from '../model/small-primes.ts';
import { EventWriter } from './event-writer.ts';
import { randomNumbers } from './loop-recordings.ts';

const ASKS = [
  [2, 100_000],
  [5, 40],
  [100, 130],
  [2, 30],
  [100, 200],
  [50, 90],
  [1, 60],
] as const;

function countOf([a, b]: readonly [number, number]): number {
  const primes = primesOf(a, b);
  let n = 0;
  for (let step = 1 << 20; step >= 1; step >>= 1) if (primes.at(n + step - 1) !== undefined) n += step;
  return n;
}

/**
 * Seven clients, three threads and a queue of two: s1 doesn't read, s2 sends 3 of its 8 bytes, s3 thinks for a second, and
 * the others wait for them.
 */
export function sevenClients(): EventBatch {
  const writer = new EventWriter();
  const ACCEPT = 0;
  const at = (ms: number): void => {
    writer.timeUs = ms * 1000;
  };
  const write = (name: EventName, thread: number, slot: number, a = 0, b = 0): void => {
    writer.write(name, thread, slot, a, b);
  };
  const accept = (client: number): void => {
    write('ACCEPT', ACCEPT, 10 + client, client, ((10 + client) << 16) | (40_000 + client));
  };
  const put = (client: number, length: number): void => {
    write('PUT', ACCEPT, 10 + client, client - 1, length);
    writer.enter('accept', ACCEPT);
  };
  const take = (thread: number, client: number, waitedMs: number): void => {
    write('TAKE', thread, 10 + client, client - 1, waitedMs);
    writer.enter('recv', thread, 10 + client, 8);
  };
  const ask = (thread: number, client: number): void => {
    const interval = ASKS[client - 1]!;
    write('RECV', thread, 10 + client, 8, 8);
    write('ASKED', thread, 10 + client, ...interval);
    write('WORK', thread, 10 + client);
    write('COUNTED', thread, 10 + client, countOf(interval));
  };
  const size = (client: number): number => 4 * (countOf(ASKS[client - 1]!) + 1);
  const answer = (thread: number, client: number): void => {
    writer.enter('send', thread, 10 + client, size(client));
    write('SEND', thread, 10 + client, size(client), size(client));
    writer.enter('recv', thread, 10 + client, 8);
  };
  const sum = (thread: number, client: number): void => {
    write('RECV', thread, 10 + client, 8, 8);
    write('SUM', thread, 10 + client, 1);
    writer.enter('recv', thread, 10 + client, 8);
  };
  const leave = (thread: number, client: number): void => {
    write('RECV', thread, 10 + client, 0, 8);
    write('CLOSE', thread, 10 + client, 1, 1);
    writer.enter('take', thread);
  };
  at(1);
  writer.enter('accept', ACCEPT);
  for (const thread of [1, 2, 3]) writer.enter('take', thread);
  at(10);
  accept(1);
  put(1, 1);
  at(11);
  take(1, 1, 1);
  at(12);
  ask(1, 1);
  at(13);
  writer.enter('send', 1, 11, size(1));
  at(100);
  accept(2);
  put(2, 1);
  at(101);
  take(2, 2, 1);
  at(102);
  write('RECV', 2, 12, 3, 8);
  writer.enter('recv', 2, 12, 5);
  at(400);
  accept(3);
  put(3, 1);
  at(401);
  take(3, 3, 1);
  at(402);
  ask(3, 3);
  at(403);
  answer(3, 3);
  at(500);
  accept(4);
  put(4, 1);
  at(620);
  accept(5);
  put(5, 2);
  at(700);
  accept(6);
  writer.enter('put', ACCEPT, 16);
  at(810);
  writer.write('BACKLOG', 1023, undefined, 1, 128);
  at(1400);
  sum(3, 3);
  at(1401);
  leave(3, 3);
  at(1402);
  take(3, 4, 902);
  at(1403);
  put(6, 2);
  at(1404);
  writer.write('BACKLOG', 1023, undefined, 0, 128);
  accept(7);
  writer.enter('put', ACCEPT, 17);
  at(1405);
  ask(3, 4);
  at(1406);
  answer(3, 4);
  at(2095);
  sum(3, 4);
  at(2100);
  leave(3, 4);
  at(2101);
  take(3, 5, 1481);
  return writer.batch;
}

/** A starving pool: 64 threads, most of them held by clients that don't read, and a full queue of 256. */
export function starvingPool(threads = 64, capacity = 256): EventBatch {
  const writer = new EventWriter();
  const random = randomNumbers(3);
  let ordinal = 0;
  let length = 0;
  const accept = (): number => {
    ordinal += 1;
    writer.timeUs += 400 + random() * 60_000;
    writer.write('ACCEPT', 0, 10 + ordinal, ordinal, ((10 + ordinal) << 16) | 40_000);
    return ordinal;
  };
  const put = (client: number): void => {
    length += 1;
    writer.write('PUT', 0, 10 + client, client - 1, length);
  };
  for (let thread = 1; thread <= threads; thread++) {
    const client = accept();
    const slot = 10 + client;
    put(client);
    length -= 1;
    writer.write('TAKE', thread, slot, client - 1, 0);
    writer.enter('recv', thread, slot, 8);
    const kind = random();
    if (kind < 0.14) {
      writer.write('RECV', thread, slot, 3, 8);
      writer.enter('recv', thread, slot, 5);
      continue;
    }
    writer.write('RECV', thread, slot, 8, 8);
    writer.write('ASKED', thread, slot, 2, 100_000);
    writer.write('COUNTED', thread, slot, 9592);
    if (kind > 0.95) continue;
    writer.enter('send', thread, slot, 38_372);
  }
  while (length < capacity) put(accept());
  const hand = accept();
  writer.enter('put', 0, 10 + hand);
  writer.timeUs += 400_000;
  writer.write('BACKLOG', 1023, undefined, 679, 1024);
  return writer.batch;
}

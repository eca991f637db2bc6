/** Recordings of a select loop, simulated as `packages/server-select/src/loop.ts` works. Times are invented. */
import type { EventBatch } from '@concurrent-primes/trace';
import { primesOf } from '../model/small-primes.ts';
import { EventWriter } from './event-writer.ts';

/** What a client does, and when. */
export interface SimulatedClient {
  readonly interval: readonly [a: number, b: number];
  /** When it connects, in µs. */
  readonly knockUs: number;
  /** When bytes of its request arrive; default: all 8 when it connects. */
  readonly bytes?: readonly (readonly [us: number, count: number])[];
  /** When the kernel's buffer has room for how many integers; default: always. */
  readonly room?: readonly (readonly [us: number, integers: number])[];
  /** From the last integer to the sum, in µs. */
  readonly thinkUs?: number;
}

interface World extends SimulatedClient {
  readonly slot: number;
  readonly ordinal: number;
  readonly n: number;
  got: number;
  out: number;
  doneUs: number;
  summed: boolean;
  here: boolean;
  gone: boolean;
  interest: 1 | 2;
}

const ALWAYS = [[0, 1e9]] as const;
const NEVER = 4e9;
const FIRST_DESCRIPTOR = 20;

function upTo(list: readonly (readonly [number, number])[], us: number): number {
  return list.reduce((sum, [at, count]) => sum + (at <= us ? count : 0), 0);
}

/**
 * Simulates a loop until it has nothing left to do.
 *
 * @param clients - in the order in which they connect
 * @param quantum - integers a turn
 * @param mostTurns - end after this many turns
 */
export function simulateLoop(clients: readonly SimulatedClient[], quantum: number, mostTurns = 400): EventBatch {
  const writer = new EventWriter();
  const world = clients.map((client, index): World => ({
    ...client,
    slot: FIRST_DESCRIPTOR + index,
    ordinal: index + 1,
    n: countOf(client.interval),
    got: 0,
    out: 0,
    doneUs: NEVER,
    summed: false,
    here: false,
    gone: false,
    interest: 1,
  }));
  writer.timeUs = 1000;
  writer.enter('select', 0);
  for (let turn = 1; turn <= mostTurns;) {
    const us = writer.timeUs;
    const live = world.filter(({ here, gone }) => here && !gone);
    const knocks = world.filter(({ here, knockUs }) => !here && knockUs <= us);
    const input = live.filter((one) => isReadable(one, us));
    const output = live.filter((one) => one.interest === 2 && upTo(one.room ?? ALWAYS, us) > one.out);
    if (input.length + output.length + knocks.length === 0) {
      const next = Math.min(
        ...world
          .filter(({ gone }) => !gone)
          .flatMap(momentsOf)
          .filter((at) => at > us),
      );
      if (next >= NEVER) break;
      writer.timeUs = Math.ceil(next);
      continue;
    }
    writer.write('TURN', 0, knocks.length > 0 ? 1 : 0, turn, 4 * quantum);
    writer.ready(
      'IN',
      0,
      input.map(({ slot }) => slot),
    );
    writer.ready(
      'OUT',
      0,
      output.map(({ slot }) => slot),
    );
    for (const client of live) {
      if (output.includes(client)) send(writer, client, quantum);
      else if (input.includes(client)) receive(writer, client, quantum);
    }
    for (const client of knocks) {
      client.here = true;
      writer.timeUs += 6;
      writer.write('ACCEPT', 0, client.slot, client.ordinal, (client.slot << 16) | (40_000 + client.ordinal));
      writer.write('WATCH', 0, client.slot, 1);
    }
    writer.timeUs += 3;
    writer.enter('select', 0, undefined, 1);
    turn += 1;
  }
  return writer.batch;
}

function countOf([a, b]: readonly [number, number]): number {
  const primes = primesOf(a, b);
  let n = 0;
  for (let step = 1 << 20; step >= 1; step >>= 1) if (primes.at(n + step - 1) !== undefined) n += step;
  return n;
}

function isReadable(client: World, us: number): boolean {
  if (client.interest === 2) return false;
  if (client.got < 8) return upTo(client.bytes ?? [[client.knockUs, 8]], us) > client.got;
  return us >= client.doneUs + (client.thinkUs ?? 30) * (client.summed ? 1.4 : 1);
}

function momentsOf(client: World): number[] {
  const { knockUs, doneUs, thinkUs = 30, summed } = client;
  return [
    knockUs,
    ...(client.bytes ?? []).map(([at]) => at),
    ...(client.room ?? []).map(([at]) => at),
    doneUs + thinkUs * (summed ? 1.4 : 1),
  ];
}

function send(writer: EventWriter, client: World, quantum: number): void {
  const { slot, n } = client;
  writer.timeUs += 5;
  const offered = Math.min(quantum, n + 1 - client.out);
  const taken = Math.max(0, Math.min(offered, upTo(client.room ?? ALWAYS, writer.timeUs) - client.out));
  writer.write('SEND', 0, slot, 4 * taken, 4 * offered);
  client.out += taken;
  const interest = client.out > n ? 1 : 2;
  if (client.out > n) client.doneUs = writer.timeUs;
  if (interest !== client.interest) writer.write('WATCH', 0, slot, interest);
  client.interest = interest;
}

function receive(writer: EventWriter, client: World, quantum: number): void {
  const { slot } = client;
  writer.timeUs += 4;
  if (client.got < 8) {
    const bytes = upTo(client.bytes ?? [[client.knockUs, 8]], writer.timeUs) - client.got;
    writer.write('RECV', 0, slot, bytes, 8 - client.got);
    client.got += bytes;
    if (client.got < 8) return;
    writer.write('ASKED', 0, slot, ...client.interval);
    writer.write('WORK', 0, slot);
    writer.timeUs += 2;
    writer.write('COUNTED', 0, slot, client.n);
    send(writer, client, quantum);
  } else if (!client.summed) {
    client.summed = true;
    writer.write('RECV', 0, slot, 8, 8);
    writer.write('SUM', 0, slot, 1);
  } else {
    client.gone = true;
    writer.write('RECV', 0, slot, 0, 8);
    writer.timeUs += 4;
    writer.write('CLOSE', 0, slot, 1, 1);
  }
}

/** The lecture's four: a slow reader, two good ones, and one that sends half of its request. */
export function fourClients(): EventBatch {
  return simulateLoop(
    [
      {
        interval: [2, 100_000],
        knockUs: 1000,
        room: [
          [0, 4],
          [1140, 3],
        ],
      },
      { interval: [100, 130], knockUs: 1020, thinkUs: 60 },
      { interval: [2, 30], knockUs: 1036, thinkUs: 40 },
      {
        interval: [7, 20],
        knockUs: 1050,
        bytes: [
          [1062, 3],
          [1190, 5],
        ],
        thinkUs: 30,
      },
    ],
    1,
  );
}

/** Ten clients at the same time, as `multi 100 200 -t 10` starts them. */
export function tenClients(): EventBatch {
  return simulateLoop(
    Array.from({ length: 10 }, (_, index) => ({
      interval: [100 + 1000 * index, 200 + 1000 * index] as const,
      knockUs: 1000 + 3 * index,
      thinkUs: 40,
    })),
    1,
  );
}

/** Pseudo-random numbers from 0 to 1, always the same. */
export function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 1_103_515_245 + 12_345) & 0x7fffffff) / 0x7fffffff;
}

/** Many clients: most read at some pace, some not at all, some send half a request. */
export function crowdOfClients(count: number, turns: number): EventBatch {
  const random = randomNumbers(7);
  return simulateLoop(
    Array.from({ length: count }, (_, index) => {
      const kind = random();
      const knockUs = 1000 + index * 40;
      const interval = [2, 100_000] as const;
      if (kind < 0.02) return { interval, knockUs, bytes: [[knockUs, 3]] as const };
      if (kind < 0.3) return { interval, knockUs, room: [[0, 4 + Math.floor(random() * 60)]] as const };
      if (kind < 0.55) {
        const pause = 4000 + random() * 30_000;
        return { interval, knockUs, room: Array.from({ length: 60 }, (_unused, at) => [at * pause, 2] as const) };
      }
      return { interval, knockUs };
    }),
    1,
    turns,
  );
}

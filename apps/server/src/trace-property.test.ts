/**
 * What the events of our servers say is what the servers do: conversations of all kinds, folded, agree with what the
 * sessions themselves report in snapshots; and no lost events lead to a wrong state.
 */
import { eventually } from '@concurrent-primes/fixtures';
import type { Server } from '@concurrent-primes/server-core';
import { type Socket, connect, WOULD_BLOCK } from '@concurrent-primes/sockets';
import {
  type ClientState,
  MAIN_THREAD,
  NO_SLOT,
  type State,
  type TraceEvent,
  decodeEvents,
  encodeEvents,
  fold,
  initialState,
  waitingOf,
} from '@concurrent-primes/trace';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startNetServer } from '@concurrent-primes/server-net';
import { startPoolServer } from '@concurrent-primes/server-pool';
import { startSelectServer } from '@concurrent-primes/server-select';
import { primeSessions } from './prime-session.ts';

const CLIENTS = 6;
const RUNS = 10;
const LOSSES = 25;

const ADDRESS = {
  host: '127.0.0.1',
  port: 0,
  sessions: primeSessions({ table: undefined, greeting: false, maxWidth: 100_000 }),
};

const SERVERS: readonly (readonly [name: string, start: () => Promise<Server>])[] = [
  ['select', () => startSelectServer({ ...ADDRESS, quantumBytes: 4, maxClients: 4 })],
  ['poll', () => startSelectServer({ ...ADDRESS, selector: 'poll', quantumBytes: 64 })],
  ['two epoll loops', () => startSelectServer({ ...ADDRESS, selector: 'epoll', loops: 2, quantumBytes: 100 })],
  ['pool', () => startPoolServer({ ...ADDRESS, threads: 2, queueCapacity: 1, maxClients: 5 })],
  ['net', () => startNetServer({ ...ADDRESS, maxClients: 5 })],
];

/** One step of a client. */
interface Step {
  readonly client: number;
  readonly act: 'send' | 'read' | 'close' | 'reset' | 'end' | 'wait' | 'snapshot';
  readonly count: number;
}

const STEPS: fc.Arbitrary<Step[]> = fc.array(
  fc.record({
    client: fc.nat(CLIENTS - 1),
    act: fc.constantFrom('send', 'send', 'send', 'read', 'read', 'wait', 'close', 'reset', 'end', 'snapshot'),
    count: fc.integer({ min: 1, max: 16 }),
  }),
  { minLength: 5, maxLength: 60 },
);

/** A client that sends bytes of requests and sums, whole or in part, and reads when it is told to. */
class ScriptedClient {
  readonly #port: number;
  #socket: Socket | undefined;
  #outgoing: number[] = [];
  #answer: number[] = [];

  constructor(port: number) {
    this.#port = port;
  }

  do({ act, count, client }: Step): void {
    this.#socket ??= this.#connect();
    try {
      if (act === 'send') this.#send(count, client);
      else if (act === 'read') this.#read();
      else if (act === 'end') this.#socket.shutdown('write');
      else if (act === 'close' || act === 'reset') this.leave(act === 'reset');
    } catch {
      this.leave(); // the server has closed it
    }
  }

  leave(reset = false): void {
    if (reset) this.#socket?.setLinger(0);
    this.#socket?.close();
    this.#socket = undefined;
    this.#outgoing = this.#answer = [];
  }

  #connect(): Socket {
    const socket = connect({ host: '127.0.0.1', port: this.#port });
    socket.setNonBlocking(true);
    return socket;
  }

  #send(count: number, client: number): void {
    if (this.#outgoing.length === 0) this.#outgoing = this.#nextMessage(count, client);
    const bytes = this.#outgoing.splice(0, count);
    this.#socket!.send(Uint8Array.from(bytes));
  }

  /** The sum of an answer that was read, or a request; at times both at once. */
  #nextMessage(count: number, client: number): number[] {
    const bytes = new DataView(new ArrayBuffer(8));
    bytes.setInt32(0, 10 * client);
    bytes.setInt32(4, count === 16 ? 2_000_000 : 10 * client + 40 * count);
    const request = [...new Uint8Array(bytes.buffer)];
    const answer = new DataView(Uint8Array.from(this.#answer).buffer);
    if (this.#answer.length < 4 || this.#answer.length < 4 * (answer.getInt32(0) + 1)) return request;
    let sum = count === 3 ? 1n : 0n;
    for (let at = 4; at < this.#answer.length; at += 4) sum += BigInt(answer.getInt32(at));
    bytes.setBigInt64(0, sum);
    this.#answer = [];
    return [...new Uint8Array(bytes.buffer), ...(count % 3 === 0 ? request : [])];
  }

  #read(): void {
    const buffer = new Uint8Array(65_536);
    const count = this.#socket!.recv(buffer);
    if (count !== WOULD_BLOCK) this.#answer.push(...buffer.subarray(0, count));
  }
}

describe.each(SERVERS)('%s', (_, start) => {
  let server: Server;
  let state: State;
  const events: TraceEvent[] = [];

  beforeAll(async () => {
    server = await start();
    state = initialState(server.trace!.header.server);
  });
  afterAll(() => server.stop(0));

  function read(): void {
    for (const batch of server.trace!.read()) {
      fold(state, batch);
      events.push(...decodeEvents(batch));
    }
  }

  it('fold() agrees with the snapshots of the server in any conversations', async () => {
    await fc.assert(
      fc.asyncProperty(STEPS, async (steps) => {
        const clients = Array.from({ length: CLIENTS }, () => new ScriptedClient(server.port));
        for (const step of steps) {
          if (step.act === 'wait') await new Promise((resolve) => setTimeout(resolve, step.count / 4));
          else if (step.act === 'snapshot') server.trace!.askForSnapshots();
          else clients[step.client]!.do(step);
          if (step.count === 1) read();
        }
        server.trace!.askForSnapshots();
        await new Promise((resolve) => setTimeout(resolve, 20));
        read();
        expect(state.mismatches).toEqual([]);
        for (const client of clients) client.leave();
        await eventually(() => {
          read();
          expect([...state.clients.values()].filter(({ place }) => place !== 'gone')).toEqual([]);
          // On a busy machine the server may not have accepted all of them before: then it still counts.
          expect(state.totals.closed).toBe(server.tally()['connections-closed']);
          expect(state.totals.accepted).toBe(server.tally()['connections']);
        });
        expect([state.mismatches, state.complete, state.queue, state.hand]).toEqual([[], true, [], undefined]);
      }),
      { numRuns: RUNS },
    );
  });

  it('fold() is never wrong after lost events, and knows all again after a snapshot', () => {
    fc.assert(
      fc.property(
        fc.nat(events.length - 1),
        fc.integer({ min: 1, max: 400 }),
        fc.integer({ min: 0, max: server.trace!.threads.length }),
        (from, length, thread) => {
          const lossy = lose(events, from, length, thread);
          const right = initialState(server.trace!.header.server);
          const doubtful = initialState(server.trace!.header.server);
          for (const [index, [event, ...others]] of lossy.entries()) {
            const all = events[index];
            if (all !== undefined) fold(right, encodeEvents([all]));
            for (const one of event === undefined ? [] : [event, ...others]) fold(doubtful, encodeEvents([one]));
            if (index >= from) agree(doubtful, right);
          }
          expect(doubtful.mismatches).toEqual([]);
        },
      ),
      { numRuns: LOSSES },
    );
  });
});

/** For each event, what is left of it: nothing, itself, or a note of the loss before it. */
function lose(events: readonly TraceEvent[], from: number, length: number, thread: number): TraceEvent[][] {
  const ofThread = thread < 3 ? thread : undefined;
  let noted = false;
  let ended = ofThread === undefined;
  return events.map((event, index) => {
    const inSlice = index >= from && index < from + length;
    const hit = ofThread === undefined || event.thread === ofThread;
    if (!inSlice && hit && noted && !ended) {
      ended = true;
      return [{ ...event, name: 'LOST', slot: NO_SLOT, a: 0, b: 0 }, event];
    }
    if (!inSlice || !hit) return [event];
    const loss: TraceEvent = {
      name: 'LOST',
      timeUs: event.timeUs,
      thread: ofThread ?? MAIN_THREAD,
      slot: NO_SLOT,
      a: length,
      b: 0,
    };
    if (noted) return [];
    noted = true;
    return [loss];
  });
}

/** What the first state says it knows must be so in the second one. */
function agree(doubtful: State, right: State): void {
  for (const client of doubtful.clients.values()) {
    const { ordinal } = client;
    const real = right.clients.get(ordinal);
    if (client.place === 'gone') same(`place of ${ordinal}`, 'gone', real?.place ?? 'gone');
    else if (client.known) {
      same(`client ${ordinal}`, essence(client), real && essence(real));
      const { kind } = waitingOf(doubtful, client);
      if (kind !== 'unknown' && doubtful.complete) same(`waiting of ${ordinal}`, kind, waitingOf(right, real!).kind);
    }
  }
  for (const [index, thread] of doubtful.threads.entries()) {
    const real = right.threads[index]!;
    if (!thread.known) continue;
    if (thread.info.role === 'pool') same(`client of thread ${index}`, thread.client, real.client);
    if (thread.info.role === 'loop') same(`turn of thread ${index}`, thread.turn, real.turn);
  }
  if (!doubtful.complete) return;
  same('queue', doubtful.queue, right.queue);
  for (const { ordinal, place } of right.clients.values()) {
    if (place !== 'gone') same(`whether ${ordinal} is known`, doubtful.clients.get(ordinal)?.known, true);
  }
}

/** This is called so often that `expect` would take most of the test's time. */
function same(what: string, claimed: unknown, real: unknown): void {
  if (!isDeepStrictEqual(claimed, real)) expect(claimed, what).toEqual(real);
}

function essence(client: ClientState): unknown {
  const { place, thread, stage, refusal, interest } = client;
  // After a snapshot the last exchange isn't known any more; a refused client has nothing else to tell.
  const over = stage === 'done' || stage === 'refused';
  const stageNow = stage === 'done' ? 'request' : stage;
  const exchange = over ? undefined : [client.bytesGot, client.interval, client.count, client.bytesSent];
  return { place, thread, stageNow, refusal, interest, exchange: exchange ?? [0, undefined, undefined, 0] };
}

import { describe, expect, it } from 'vitest';
import { encodeEvents } from './batch.ts';
import type { TraceEvent } from './events.ts';
import { MAIN_THREAD } from './events.ts';
import { fold } from './fold.ts';
import { initialState } from './initial-state.ts';
import { copyState, packState, unpackState } from './keyframe.ts';
import type { State } from './state.ts';
import { LOOP_SERVER, POOL_SERVER, conversation, event } from './testing/sample.ts';
import { countWaiting, waitingOf } from './waiting.ts';

function folded(events: readonly TraceEvent[], server = LOOP_SERVER): State {
  const state = initialState(server);
  fold(state, encodeEvents(events));
  return state;
}

describe('a loop', () => {
  const events = conversation();
  const upTo = (turn: number): State =>
    folded(events.slice(0, events.findIndex(({ name, a }) => name === 'TURN' && a === turn + 1) - 0));

  it('fold() follows a conversation turn by turn', () => {
    const seen = [1, 2, 3, 4, 5, 6].map((turn) => {
      const { stage, bytesGot, interval, count, bytesSent, sum } = upTo(turn).clients.get(1)!;
      return [stage, bytesGot, interval?.join(' ') ?? '', count ?? '', bytesSent, sum ?? ''];
    });
    expect(seen).toEqual([
      ['request', 0, '', '', 0, ''],
      ['request', 3, '', '', 0, ''],
      ['answer', 0, '100 103', 2, 4, ''],
      ['answer', 0, '100 103', 2, 8, ''],
      ['sum', 0, '100 103', 2, 12, ''],
      ['done', 0, '100 103', 2, 12, 'right'],
    ]);
    const end = folded(events);
    expect(end.clients.get(1)).toMatchObject({ place: 'gone', outcome: 'served', port: 4711, descriptor: 30 });
    expect(end.totals).toMatchObject({
      accepted: 1,
      closed: 1,
      sums: 1,
      recvs: 4,
      sends: 3,
      bytesIn: 16,
      bytesOut: 12,
    });
  });

  it('fold() has one column for each turn, with calls and length', () => {
    const { history, step } = folded(events);
    expect(step).toBe(7);
    expect(history.map(({ turn, accepts, recvs, sends, closes }) => [turn, accepts, recvs, sends, closes])).toEqual([
      [1, 1, 0, 0, 0],
      [2, 0, 1, 0, 0],
      [3, 0, 1, 1, 0],
      [4, 0, 0, 1, 0],
      [5, 0, 0, 1, 0],
      [6, 0, 1, 0, 0],
      [7, 0, 1, 0, 1],
    ]);
    expect(history[2]!.durationUs).toBe(70);
    expect(history[2]!.cells?.get(1)).toMatchObject({ acts: 2 | 4, waiting: 'served' });
  });

  it('waitingOf() says what a client waits for, event by event', () => {
    const state = initialState(LOOP_SERVER);
    const seen = events.map((one) => {
      fold(state, encodeEvents([one]));
      const client = state.clients.get(1);
      return client === undefined ? '' : waitingOf(state, client).kind;
    });
    const at = (turn: number): string[] => {
      const from = events.findIndex(({ name, a }) => name === 'TURN' && a === turn);
      return seen.slice(from, from + 3);
    };
    expect(at(2)).toEqual(['itself', 'in-turn', 'served']);
    expect(seen.at(-1)).toBe('gone');
  });

  it('waitingOf() counts a client as waiting for another one when its readiness lasts', () => {
    const ready = folded(events.slice(0, 6));
    const client = ready.clients.get(1)!;
    expect(waitingOf(ready, client).kind).toBe('in-turn');
    expect(waitingOf(ready, client, ready.timeUs + 20_001)).toMatchObject({ kind: 'another', reason: 'loop' });
    fold(
      ready,
      encodeEvents([event('TURN', 2000, { slot: 0, a: 3, b: 4 }), event('IN', 2000, { slot: 0, a: 2 ** 30 })]),
    );
    expect(waitingOf(ready, client)).toMatchObject({ kind: 'another', turns: 2 });
    expect(countWaiting(ready)).toMatchObject({ waiting: 1, present: 1, unknown: 0 });
  });

  it('fold() gives the same state however the events are cut, and through a keyframe in JSON', () => {
    const whole = folded(events);
    for (let cut = 0; cut <= events.length; cut += 1) {
      const state = initialState(LOOP_SERVER);
      const batch = encodeEvents(events);
      fold(state, batch, 0, cut);
      const packed = JSON.parse(JSON.stringify(packState(copyState(state)))) as ReturnType<typeof packState>;
      const later = unpackState(packed, LOOP_SERVER);
      fold(later, batch, cut);
      fold(state, batch, cut);
      expect(state).toEqual(whole);
      expect(later).toEqual(whole);
    }
  });

  it('copyState() returns a state that later events do not change', () => {
    for (let cut = 0; cut <= events.length; cut += 1) {
      const batch = encodeEvents(events);
      const state = initialState(LOOP_SERVER);
      fold(state, batch, 0, cut);
      const copy = copyState(state);
      const text = JSON.stringify(packState(copy));
      fold(state, batch, cut);
      expect(JSON.stringify(packState(copy))).toBe(text);
    }
  });

  it('fold() stops the clock of the server while it is held', () => {
    const state = folded([
      ...events.slice(0, 4),
      event('GATE', 2000, { thread: MAIN_THREAD, a: 1 }),
      event('GATE', 2001, { a: 1 }),
      event('GATE', 9001, { a: 0, b: 7 }),
    ]);
    const { gate, realUs, timeUs } = state;
    expect([gate.mode, realUs, realUs - timeUs, state.threads[0]!.atGate]).toEqual([
      'held',
      9001,
      gate.heldUs,
      undefined,
    ]);
    expect(gate.heldUs).toBeGreaterThanOrEqual(7000);
  });

  it('fold() reports a difference between a snapshot and its own state', () => {
    const snap = (sent: number): TraceEvent[] => [
      event('SNAP_BEGIN', 1500, { a: 1, b: 3 }),
      event('SNAP', 1500, { slot: 30, a: 1, b: 2 | (2 << 16) | (3 << 18) }),
      event('SNAP_ASKED', 1500, { slot: 30, a: 100, b: 103 }),
      event('SNAP_ANSWER', 1500, { slot: 30, a: 2, b: sent }),
      event('SNAP_SOCKET', 1500, { slot: 30, a: (30 << 16) | 4711, b: 0 }),
      event('SNAP_END', 1500, { a: 1 }),
    ];
    const before = events.slice(
      0,
      events.findIndex(({ name, a }) => name === 'TURN' && a === 4),
    );
    expect(folded([...before, ...snap(4)]).mismatches).toEqual([]);
    expect(folded([...before, ...snap(8)]).mismatches).toMatchObject([
      { client: 1, field: 'bytesSent', folded: '4', reported: '8' },
    ]);
    const lossy = folded([...before, event('LOST', 1400, { a: 9 }), ...snap(8)]);
    expect([lossy.mismatches, lossy.complete, lossy.lost]).toEqual([[], true, 9]);
    expect(lossy.clients.get(1)).toMatchObject({ known: true, bytesSent: 8, count: 2, interest: 'write' });
    expect(lossy.history.at(-1)).toMatchObject({ kind: 'lost', lost: 9 });
  });
});

describe('a pool', () => {
  const put = (item: number): TraceEvent[] => [
    event('ACCEPT', 10 * item, { slot: 40 + item, a: item + 1, b: (40 + item) << 16 }),
    event('PUT', 10 * item + 1, { slot: 40 + item, a: item, b: 1 }),
  ];
  const take = (item: number, thread: number): TraceEvent =>
    event('TAKE', 10 * item + 2, { slot: 40 + item, thread, a: item });
  const blocked = [
    ...[...put(0), take(0, 1), ...put(1), take(1, 2), ...put(2)],
    event('ACCEPT', 31, { slot: 43, a: 4, b: 43 << 16 }),
    event('ENTER', 32, { slot: 43, a: 5 }),
    event('ENTER', 33, { slot: 40, thread: 1, a: 3, b: 8 }),
  ];

  it('waitingOf() tells which clients hold the threads and which wait for them', () => {
    const state = folded(blocked, POOL_SERVER);
    const seen = [1, 2, 3, 4].map((ordinal) => {
      const { kind, reason } = waitingOf(state, state.clients.get(ordinal)!);
      return `${kind} ${reason}`;
    });
    expect(seen).toEqual(['itself request', 'served none', 'another thread', 'another queue']);
    expect([state.queue, state.hand, countWaiting(state).waiting]).toEqual([[3], 4, 2]);
  });

  it('fold() counts the backlog when the accept thread is stuck', () => {
    const state = folded([...blocked, event('BACKLOG', 40, { thread: MAIN_THREAD, a: 7, b: 128 })], POOL_SERVER);
    expect(countWaiting(state)).toMatchObject({ waiting: 9, present: 11 });
  });

  it('fold() takes nobody for free when events of a thread were lost', () => {
    const state = folded([...blocked, event('LOST', 41, { thread: 1, a: 100 })], POOL_SERVER);
    expect(state.complete).toBe(false);
    expect(waitingOf(state, state.clients.get(3)!).kind).toBe('unknown');
    expect(waitingOf(state, state.clients.get(1)!).kind).toBe('unknown');
  });
});

describe('threads that are seen later', () => {
  const noThreads = { ...LOOP_SERVER, threads: [] };
  const thread = (index: number, role: number): TraceEvent => ({
    ...{ name: 'THREAD', timeUs: 0, thread: index, slot: 0, a: role, b: index + 1 },
  });
  const ACCEPT = { name: 'ACCEPT', timeUs: 1, slot: 4, a: 1, b: 4 << 16 } as const;

  it('fold() moves a client to the loop that takes it over', () => {
    const state = folded(
      [
        thread(0, 1),
        thread(1, 0),
        { ...ACCEPT, thread: 0 },
        { name: 'TAKE', timeUs: 2, thread: 1, slot: 4, a: 0, b: 0 },
      ],
      noThreads,
    );
    expect(state.threads.map(({ info }) => info.name)).toEqual(['accept-1', 'loop-2']);
    expect(state.clients.get(1)).toMatchObject({ place: 'loop', thread: 1, interest: 'read' });
    expect(unpackState(packState(state), noThreads).threads).toEqual(state.threads);
  });

  it('fold() leaves clients in the backlog when all threads that accept have one', () => {
    const backlog = { name: 'BACKLOG', timeUs: 2, thread: MAIN_THREAD, slot: 0, a: 3, b: 0 } as const;
    const threads = [thread(0, 2), thread(1, 2)];
    const server = { ...POOL_SERVER, threads: [] };
    const one = folded([...threads, { ...ACCEPT, thread: 0 }, backlog], server);
    expect(one.clients.get(1)).toMatchObject({ place: 'thread', thread: 0 });
    expect(one.threads[0]!.client).toBe(1);
    expect(countWaiting(one).waiting).toBe(0);
    const both = folded([...threads, { ...ACCEPT, thread: 0 }, { ...ACCEPT, thread: 1, a: 2 }, backlog], server);
    expect(countWaiting(both).waiting).toBe(3);
  });

  it('waitingOf() lets a thread start for a client, until the thread that accepts goes on', () => {
    const server = { ...POOL_SERVER, threads: [], options: { threadPerClient: true } };
    const put = [thread(0, 1), { ...ACCEPT, thread: 0 }, { ...ACCEPT, name: 'PUT', thread: 0, a: 0 }] as const;
    const accepted = folded(put, server);
    expect(waitingOf(accepted, accepted.clients.get(1)!)).toMatchObject({ kind: 'in-turn', reason: 'taken-next' });
    const enter = { name: 'ENTER', timeUs: 2, thread: 0, slot: 0xffff, a: 2, b: 0 } as const;
    const later = folded([...put, enter], server);
    expect(waitingOf(later, later.clients.get(1)!)).toMatchObject({ kind: 'another', reason: 'thread' });
  });

  it('fold() skips a thread that is out of order', () => {
    expect(folded([thread(1, 0)], noThreads).threads).toEqual([]);
  });
});

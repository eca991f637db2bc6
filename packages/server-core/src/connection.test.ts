/** {@link Connection} with a driver that gets the result of a send later, as with io_uring. */
import { FakeClock } from '@concurrent-primes/fixtures';
import { describe, expect, it } from 'vitest';
import { Connection } from './connection.ts';
import { CUT, Control, DRAIN } from './control.ts';
import { Meter, readMeters } from './meter.ts';
import { ScriptedSession } from './testing/scripted-session.ts';

const LIMITS = {
  idle: { kind: 'idle', timeoutMs: 1000 },
  answer: { kind: 'progress', timeoutMs: 1000 },
  sum: { kind: 'whole', timeoutMs: 1000 },
  farewell: { kind: 'whole', timeoutMs: 1000 },
} as const;

/** A connection whose session has 4 bytes to send, 2 of them in flight. */
function inFlight() {
  const session = new ScriptedSession();
  const control = new Control();
  const clock = new FakeClock(1000);
  const accounts: (readonly [outcome: string, durationMs: number])[] = [];
  const calls: string[] = [];
  const transport = {
    peerAddress: () => ({ host: '127.0.0.1', port: 4711, family: 'IPv4' as const }),
    rememberPeer: () => undefined,
    close: () => calls.push('close'),
  };
  const context = {
    control,
    limits: LIMITS,
    now: clock.now,
    account: (_: Connection, { outcome }: { readonly outcome: string }, durationMs: number) =>
      accounts.push([outcome, durationMs]),
  };
  const connection = new Connection(transport, session, context, { admitted: true, queuedMs: 30 });
  session.next = 'send';
  session.phase = 'answer';
  session.outgoing = Uint8Array.of(1, 2, 3, 4);
  const into = new Uint8Array(2);
  expect(connection.fill(into)).toBe(2);
  expect([...into]).toEqual([1, 2]);
  return { connection, session, control, clock, accounts, calls };
}

it('fill() and sent() continue where the kernel stopped when the result comes later', () => {
  const { connection, session, clock, accounts } = inFlight();
  clock.advance(50);
  connection.sent(1);
  const into = new Uint8Array(8);
  expect(connection.fill(into)).toBe(3);
  session.report = { outcome: 'served' };
  connection.sent(3);
  expect([...into.subarray(0, 3)]).toEqual([2, 3, 4]);
  expect([accounts, connection.queuedMs]).toEqual([[['served', 50]], 30]);
});

it.for(['expire', 'drain', 'lost', 'refuse'] as const)(
  '%s() reaches the session while bytes are in flight, and sent() may follow',
  (interruption) => {
    const { connection, session, accounts, calls } = inFlight();
    session.refusal = undefined;
    if (interruption !== 'refuse') session.report = { outcome: 'too-slow' };
    if (interruption === 'lost') session.reportOnClose = { outcome: 'early-end' };
    connection[interruption]('busy');
    connection.sent(2);
    connection.close('shutdown');
    const told = { expire: 'expire', drain: 'drain', lost: 'close reset', refuse: 'refuse busy' }[interruption];
    expect(session.told.slice(0, 2)).toEqual([told, 'sent 2']);
    const outcomes = { expire: ['too-slow'], drain: ['too-slow'], lost: ['early-end'], refuse: [] }[interruption];
    expect(accounts.map(([outcome]) => outcome)).toEqual(outcomes);
    expect(calls).toEqual(['close']);
  },
);

it('lost() closes the session with cause shutdown when the server was cut', () => {
  const { connection, session, control } = inFlight();
  control.give(CUT);
  connection.lost();
  expect(session.told).toEqual(['close shutdown']);
});

it('received() takes nothing when the connection was lost meanwhile', () => {
  const { connection, session } = inFlight();
  connection.lost();
  expect(connection.received(Uint8Array.of(1))).toBe(0);
  expect(session.received).toEqual([]);
});

describe('the meter', () => {
  /** A connection that is measured, with a clock that goes on within a turn. */
  function measured() {
    const session = new ScriptedSession();
    const control = new Control();
    const turn = new FakeClock(1000);
    let readMs = 1000;
    const meter = new Meter();
    const connection = new Connection(
      {
        peerAddress: () => ({ host: '127.0.0.1', port: 4711, family: 'IPv4' as const }),
        rememberPeer: () => undefined,
        close: () => undefined,
      },
      session,
      { control, limits: LIMITS, now: turn.now, readClock: () => readMs, account: () => undefined, meter },
      { admitted: true },
    );
    /** Sends bytes of an answer, of which the kernel takes some. */
    const answer = (bytes: number, taken: number, report?: string): void => {
      session.next = 'send';
      session.phase = 'answer';
      session.outgoing = new Uint8Array(bytes);
      connection.fill(new Uint8Array(bytes));
      if (report !== undefined) session.report = { outcome: report };
      connection.sent(taken);
    };
    return {
      connection,
      session,
      control,
      answer,
      timeIs: (turnMs: number, nowMs = turnMs): void => {
        turn.advance(turnMs - turn.now());
        readMs = nowMs;
      },
      read: () => {
        const { bytesSent, histograms } = readMeters([{ role: 'loop', memory: meter.memory }]);
        const valuesOf = ({ counts, sum }: { counts: readonly number[]; sum: number }): readonly number[] => [
          counts.reduce((total, count) => total + count, 0),
          Math.round(sum * 1000),
        ];
        return {
          bytesSent,
          firstByte: valuesOf(histograms.firstByteSeconds),
          exchange: valuesOf(histograms.exchangeSeconds),
        };
      },
    };
  }

  it('sent() measures the first byte of an answer once, by the clock of now, and the exchange at its end', () => {
    const { connection, session, answer, timeIs, read } = measured();
    timeIs(2000);
    connection.received(new Uint8Array(8));
    timeIs(2000, 2030);
    answer(4, 0);
    expect(read()).toEqual({ bytesSent: 0, firstByte: [0, 0], exchange: [0, 0] });
    answer(4, 4);
    timeIs(2040, 2050);
    answer(4, 4);
    session.phase = 'sum';
    timeIs(2100);
    session.report = { outcome: 'served' };
    connection.received(new Uint8Array(8));
    expect(read()).toEqual({ bytesSent: 8, firstByte: [1, 30], exchange: [1, 100] });
  });

  it('the next request that comes with the end of an exchange is measured from there', () => {
    const { connection, session, answer, timeIs, read } = measured();
    connection.received(new Uint8Array(8));
    answer(4, 4);
    session.phase = 'answer';
    timeIs(1200);
    session.report = { outcome: 'served' };
    connection.received(new Uint8Array(16));
    timeIs(1200, 1210);
    answer(4, 4);
    expect(read()).toEqual({ bytesSent: 8, firstByte: [2, 10], exchange: [1, 200] });
  });

  it('clients that leave or are refused before they ask are not measured, but their bytes are counted', () => {
    const { connection, session, answer, read } = measured();
    answer(1, 1); // a greeting
    session.phase = 'idle';
    connection.refuse('busy');
    answer(4, 4, 'refused-busy');
    connection.close('shutdown');
    expect(read()).toEqual({ bytesSent: 5, firstByte: [0, 0], exchange: [0, 0] });
  });

  it('a refusal that follows the last exchange of a server that stops is not the answer to a request', () => {
    const { connection, session, control, answer, read } = measured();
    connection.received(new Uint8Array(8));
    answer(4, 4);
    session.phase = 'farewell';
    control.give(DRAIN);
    session.report = { outcome: 'served' };
    connection.received(new Uint8Array(8));
    answer(4, 4);
    expect(read()).toMatchObject({ firstByte: [1, 0], exchange: [1, 0] });
  });
});

/** {@link Connection} with a driver that gets the result of a send later, as with io_uring. */
import { FakeClock } from '@concurrent-primes/fixtures';
import { expect, it } from 'vitest';
import { Connection } from './connection.ts';
import { CUT, Control } from './control.ts';
import { ScriptedSession } from './testing/scripted-session.ts';

const LIMITS = {
  idle: { kind: 'idle', timeoutMs: 1000 },
  answer: { kind: 'progress', timeoutMs: 1000 },
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

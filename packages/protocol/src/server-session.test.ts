import type { CloseCause } from '@concurrent-primes/session';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import type { ExchangeReport } from './outcomes.ts';
import { ServerSession, type ServerSessionOptions } from './server-session.ts';
import { ArrayAnswer, concat, FUZZ, handOut, primesBetween, split, sumOf } from './test-support.ts';
import { encodeCount, encodePrimes, encodeRequest, encodeSum, REFUSALS } from './wire.ts';

const REQUEST = encodeRequest(100, 120);
const PRIMES = primesBetween(100, 120);
const ANSWER = concat(encodeCount(PRIMES.length), encodePrimes(PRIMES));
const SUM = encodeSum(sumOf(PRIMES));
const END = new Uint8Array(0);

/** How {@link serve} drives. */
interface Wire {
  /** What the client sends. */
  readonly input: readonly Uint8Array[];
  /** Whether the client ends after that; otherwise the driver stops when the session waits for more. */
  readonly end: boolean;
  /** Size of the memory, and the most bytes that the kernel takes, in the nth send. Default: 64 KiB, all. */
  readonly maxBytes?: (n: number) => number;
  readonly taken?: (n: number) => number;
}

/** Drives a server session with a client's bytes; returns its output and its reports. */
function serve(session: ServerSession, wire: Wire): { output: Uint8Array; reports: ExchangeReport[] } {
  const { end, maxBytes = () => 65536, taken = () => Infinity } = wire;
  const input = [...wire.input];
  const output: number[] = [];
  const reports: ExchangeReport[] = [];
  for (let n = 0; session.next !== 'close'; n++) {
    if (n > 100_000) throw new Error(`cannot serve: the session must end, got ${session.next}`);
    if (session.next === 'work') session.work();
    else if (session.next === 'send') {
      const bytes = handOut(session, maxBytes(n));
      if (bytes.length > 0) {
        const count = Math.min(taken(n), bytes.length);
        output.push(...bytes.subarray(0, count));
        session.sent(count);
      }
    } else {
      const chunk = input.shift();
      if (chunk === undefined && !end) break;
      const rest = chunk?.subarray(session.receive(chunk));
      if (chunk === undefined) session.receive(new Uint8Array(0));
      else if (rest!.length > 0) input.unshift(rest!);
    }
    const report = session.takeReport();
    if (report !== undefined) reports.push(report);
  }
  return { output: Uint8Array.from(output), reports };
}

function newSession(options: Partial<ServerSessionOptions> = {}): ServerSession {
  // Intervals of random bytes are huge: every answer ends at 1000.
  const answer = (a: number, b: number) => new ArrayAnswer(primesBetween(a, Math.min(b, 1000)), 2);
  return new ServerSession({ answer, ...options });
}

/** A session that has taken the input. */
function sessionAfter(input: readonly Uint8Array[], options?: Partial<ServerSessionOptions>): ServerSession {
  const session = newSession(options);
  serve(session, { input, end: false });
  return session;
}

/** A session that knows N and has sent nothing. */
function sessionBeforeCount(options?: Partial<ServerSessionOptions>): ServerSession {
  const session = newSession(options);
  session.receive(REQUEST);
  while (session.next === 'work') session.work();
  return session;
}

function report(outcome: ExchangeReport['outcome'], rest: Partial<ExchangeReport> = {}): ExchangeReport {
  return { outcome, interval: undefined, count: undefined, bytesSent: 0, sum: undefined, ...rest };
}

const ANSWERED = { interval: [100, 120], count: 5, bytesSent: 24 } as const;

describe('ServerSession', () => {
  it('receive() takes the conversation for every split', () => {
    const input = concat(REQUEST, SUM, encodeRequest(24, 28), encodeSum(0n));
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1 }),
        fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1 }),
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }),
        (sizes, maxBytes, taken) => {
          const { output, reports } = serve(newSession(), {
            input: split(input, sizes),
            end: true,
            maxBytes: (n) => maxBytes[n % maxBytes.length]!,
            taken: (n) => taken[n % taken.length]!,
          });
          expect(output).toEqual(concat(ANSWER, encodeCount(0)));
          expect(reports).toEqual([
            report('served', { ...ANSWERED, sum: 'right' }),
            report('served', { interval: [24, 28], count: 0, bytesSent: 4, sum: 'right' }),
          ]);
        },
      ),
      FUZZ,
    );
  });

  it('receive() leads to the same reports for every split when the bytes are arbitrary', () => {
    const part = fc.oneof(
      fc.constantFrom(REQUEST, SUM, encodeRequest(3, 2), encodeSum(0n)),
      fc.uint8Array({ maxLength: 12 }),
    );
    const sizes = fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1 });
    fc.assert(
      fc.property(fc.array(part, { maxLength: 6 }), sizes, (parts, cuts) => {
        const input = concat(...parts);
        const options = { maxWidth: 1000 };
        const whole = serve(newSession(options), { input: input.length > 0 ? [input] : [], end: true });
        const pieces = serve(newSession(options), { input: split(input, cuts), end: true });
        expect(pieces).toEqual(whole);
      }),
      FUZZ,
    );
  });

  it('receive() leaves the bytes of the next message', () => {
    const session = newSession();
    expect(session.expects).toBe(8);
    expect(session.receive(concat(REQUEST, SUM))).toBe(8);
    expect(session.expects).toBe(0);
    expect(session.next).toBe('work');
  });

  it('receive() takes the next request that comes with a sum, whole or in part', () => {
    for (let length = 1; length <= 8; length++) {
      const session = newSession();
      serve(session, { input: [REQUEST], end: false });
      expect(session.expects).toBe(16);
      expect(session.receive(concat(SUM, REQUEST.subarray(0, length)))).toBe(8 + length);
      expect(session.takeReport()).toMatchObject({ outcome: 'served' });
      if (length < 8) expect(session.receive(REQUEST.subarray(length))).toBe(8 - length);
      expect(session.next).toBe('work');
    }
  });

  it('receive() ignores a request that comes with a sum when the server shuts down', () => {
    const session = newSession();
    serve(session, { input: [REQUEST], end: false });
    session.drain();
    expect(session.receive(concat(SUM, REQUEST))).toBe(8);
    expect(session.next).toBe('close');
  });

  it('phase distinguishes idle, request, answer and sum', () => {
    const session = newSession();
    const seen = [session.phase];
    session.receive(REQUEST.subarray(0, 3));
    seen.push(session.phase);
    expect(session.expects).toBe(5);
    session.receive(REQUEST.subarray(3));
    seen.push(session.phase);
    while (session.next === 'work') session.work();
    seen.push(session.phase);
    serve(session, { input: [], end: false });
    seen.push(session.phase);
    session.receive(SUM);
    seen.push(session.phase);
    expect(seen).toEqual(['idle', 'request', 'answer', 'answer', 'sum', 'idle']);
  });

  it.each([
    ['nothing', [], report('probe')],
    ['a part of a request', [REQUEST.subarray(0, 7)], report('truncated-request')],
    ['no sum', [REQUEST], report('no-sum', { ...ANSWERED, sum: 'absent' })],
    ['a part of a sum', [REQUEST, SUM.subarray(0, 1)], report('truncated-sum', { ...ANSWERED, sum: 'absent' })],
    ['a wrong sum', [REQUEST, encodeSum(534n)], report('wrong-sum', { ...ANSWERED, sum: 'wrong' })],
  ])('takeReport() gives the outcome when the client ends after %s', (_name, input, expected) => {
    expect(serve(newSession(), { input, end: true }).reports).toEqual([expected]);
  });

  it('takeReport() gives trailing-garbage when the bytes after a sum are no request', () => {
    const { reports } = serve(newSession(), { input: [REQUEST, SUM, REQUEST.subarray(0, 2)], end: true });
    expect(reports.map(({ outcome }) => outcome)).toEqual(['served', 'trailing-garbage']);
  });

  it('takeReport() gives a report once', () => {
    const session = newSession();
    session.receive(END);
    expect(session.takeReport()).toEqual(report('probe'));
    expect(session.takeReport()).toBeUndefined();
  });

  it.each([
    [3, 2],
    [-10, 1],
    [-(2 ** 31), -1],
    [2 ** 31 - 1, -(2 ** 31)],
  ])('send() answers N = 0 and awaits the sum when the interval is [%d, %d]', (a, b) => {
    const session = newSession();
    expect(serve(session, { input: [encodeRequest(a, b)], end: false }).output).toEqual(encodeCount(0));
    expect(session.phase).toBe('sum');
  });

  it('ServerSession serves a reversed interval when only one integer is allowed', () => {
    const session = newSession({ maxWidth: 1 });
    const { reports } = serve(session, { input: [encodeRequest(7, 3), encodeSum(0n)], end: true });
    expect(reports).toEqual([report('served', { interval: [7, 3], count: 0, bytesSent: 4, sum: 'right' })]);
  });

  it('send() writes N when it gets 4 bytes, and N with a prime when it gets 8', () => {
    const [narrow, wide] = [4, 8].map((maxBytes) => {
      const answer = () => new ArrayAnswer(PRIMES, 0);
      const session = sessionBeforeCount({ answer });
      return handOut(session, maxBytes);
    });
    expect(narrow).toEqual(encodeCount(5));
    expect(wide).toEqual(ANSWER.subarray(0, 8));
  });

  it('send() writes the same bytes again when none were confirmed', () => {
    const session = sessionBeforeCount({ answer: () => new ArrayAnswer(PRIMES, 0) });
    const first = handOut(session, 12);
    session.sent(0);
    expect(handOut(session, 12)).toEqual(first);
  });

  it('send() never writes more than it was given room for', () => {
    const session = sessionBeforeCount({ answer: () => new ArrayAnswer(PRIMES, 0) });
    const lengths = [9, 7, 8].map((maxBytes) => {
      const { length } = handOut(session, maxBytes);
      session.sent(3);
      return length;
    });
    expect(lengths).toEqual([9, 7, 8]);
  });

  it('send() writes the rest of N alone when there is no room for a prime', () => {
    const session = sessionBeforeCount({ answer: () => new ArrayAnswer(PRIMES, 0) });
    handOut(session, 4);
    session.sent(2);
    expect(handOut(session, 4)).toEqual(ANSWER.subarray(2, 4));
    session.sent(2);
    expect(handOut(session, 4)).toEqual(ANSWER.subarray(4, 8));
  });

  it('send() writes a part of N when there is no room for all of it', () => {
    const session = sessionBeforeCount({ answer: () => new ArrayAnswer(PRIMES, 0) });
    const pieces = [1, 2, 3].map((maxBytes) => {
      const bytes = handOut(session, maxBytes);
      session.sent(bytes.length);
      return bytes;
    });
    expect(concat(...pieces)).toEqual(ANSWER.subarray(0, 6 - 2));
  });

  it('send() throws a RangeError when there is no memory to write to', () => {
    expect(() => sessionBeforeCount().send(new Uint8Array(0))).toThrow(RangeError);
  });

  it('send() throws when the answer is longer than its count', () => {
    const tooLong = new ArrayAnswer(PRIMES, 0);
    const answer = () => Object.create(tooLong, { count: { value: 4 }, fill: { value: () => 20 } }) as ArrayAnswer;
    const session = sessionBeforeCount({ answer });
    expect(() => handOut(session, 100)).toThrow('fill() must write at most 16 bytes, got 20');
  });

  it.each([-1, 1.5, 25, NaN])('sent() throws when %d bytes of 24 are confirmed', (count) => {
    const session = sessionBeforeCount({ answer: () => new ArrayAnswer(PRIMES, 0) });
    expect(handOut(session, 100).length).toBe(24);
    expect(() => {
      session.sent(count);
    }).toThrow(`needs 0 to 24, got ${count}`);
  });

  it('ServerSession throws a plain error when a verb is out of turn', () => {
    const session = newSession();
    expect(() => {
      session.work();
    }).toThrow('cannot work: the session must wait for it, got receive (fresh)');
    expect(() => handOut(session, 4)).toThrow('cannot send');
    expect(() => {
      session.sent(0);
    }).toThrow('cannot sent');
    expect(() => {
      session.close();
    }).toThrow('cannot close');
    expect(() => sessionBeforeCount().receive(SUM)).toThrow('cannot receive');
  });

  it('send() writes the greeting once, and counts it, when the dialect is enabled', () => {
    const { output, reports } = serve(newSession({ greeting: true }), {
      input: [REQUEST, SUM, encodeRequest(24, 28)],
      end: true,
    });
    expect(output).toEqual(concat(Uint8Array.of(0x78), ANSWER, encodeCount(0)));
    expect(reports.map(({ bytesSent }) => bytesSent)).toEqual([25, 4]);
  });
});

describe('ServerSession, interrupted', () => {
  it.each([
    ['busy', 'refused-busy'],
    ['too-slow', 'refused-too-slow'],
    ['shutting-down', 'refused-shutdown'],
    ['too-wide', 'refused-too-wide'],
  ] as const)('refuse() sends the negative N and reports when the reason is %s', (name, outcome) => {
    const session = newSession();
    expect(session.refuse(name)).toBe(true);
    const { output, reports } = serve(session, { input: [REQUEST], end: true, taken: () => 1 });
    expect(output).toEqual(encodeCount(REFUSALS[name]));
    expect(reports).toEqual([report(outcome, { bytesSent: 4 })]);
    expect(session.next).toBe('close');
  });

  it('refuse() keeps the greeting before the refusal when it was not sent', () => {
    const session = newSession({ greeting: true });
    session.refuse('busy');
    const { output } = serve(session, { input: [], end: false, maxBytes: () => 4 });
    expect(output).toEqual(concat(Uint8Array.of(0x78), encodeCount(-1)));
    expect(session.phase).toBe('farewell');
  });

  it('refuse() is false and changes nothing when a byte of N was sent', () => {
    const session = sessionBeforeCount();
    handOut(session, 4);
    session.sent(1);
    expect(session.refuse('busy')).toBe(false);
    const { output } = serve(session, { input: [SUM], end: true });
    expect(output).toEqual(ANSWER.subarray(1));
  });

  it('refuse() keeps the first reason when called again', () => {
    const session = newSession();
    session.refuse('busy');
    expect(session.refuse('too-slow')).toBe(true);
    expect(handOut(session, 4)).toEqual(encodeCount(-1));
  });

  it('receive() refuses when the interval is wider than allowed', () => {
    const fits = serve(newSession({ maxWidth: 21 }), { input: [REQUEST, SUM], end: true });
    const tooWide = serve(newSession({ maxWidth: 20 }), { input: [REQUEST, SUM], end: true });
    expect(fits.reports[0]?.outcome).toBe('served');
    expect(tooWide.output).toEqual(encodeCount(-4));
    expect(tooWide.reports).toEqual([report('refused-too-wide', { interval: [100, 120], bytesSent: 4 })]);
  });

  it('receive() discards 64 KiB after a refusal and then closes', () => {
    const session = newSession();
    session.refuse('busy');
    session.sent(handOut(session, 4).length);
    let discarded = 0;
    while (session.next === 'receive') discarded += session.receive(new Uint8Array(5000));
    expect(discarded).toBe(65536);
    expect(session.next).toBe('close');
  });

  it('expire() refuses as too slow when a part of a request has arrived', () => {
    const session = sessionAfter([REQUEST.subarray(0, 7)]);
    session.expire();
    const { output, reports } = serve(session, { input: [], end: true });
    expect(output).toEqual(encodeCount(-2));
    expect(reports).toEqual([report('refused-too-slow', { bytesSent: 4 })]);
  });

  it.each([
    ['nothing arrived', () => newSession(), report('too-slow')],
    ['the greeting is not taken', () => newSession({ greeting: true }), report('too-slow')],
    ['the answer is not taken', () => sessionBeforeCount(), report('too-slow', { ...ANSWERED, bytesSent: 0 })],
    ['the sum has not arrived', () => sessionAfter([REQUEST]), report('too-slow', { ...ANSWERED, sum: 'absent' })],
  ])('expire() cuts when %s', (_name, prepare, expected) => {
    const session = prepare();
    session.expire();
    expect(session.next).toBe('close');
    expect(session.takeReport()).toEqual(expected);
    session.close();
    expect(session.takeReport()).toBeUndefined();
  });

  it('expire() closes without a report when no request followed the last exchange', () => {
    const session = sessionAfter([REQUEST, SUM]);
    session.expire();
    expect(session.next).toBe('close');
    expect(session.takeReport()).toBeUndefined();
  });

  it.each([
    ['nothing arrived', () => newSession()],
    ['the greeting was not sent', () => newSession({ greeting: true })],
    ['an exchange is over', () => sessionAfter([REQUEST, SUM])],
  ])('drain() refuses as shutting down when %s', (_name, prepare) => {
    const session = prepare();
    session.drain();
    const { output, reports } = serve(session, { input: [], end: true });
    expect(output.subarray(-4)).toEqual(encodeCount(-3));
    expect(reports.map(({ outcome }) => outcome)).toEqual(['refused-shutdown']);
  });

  it.each([
    ['a part of the request has arrived', REQUEST.subarray(0, 3), REQUEST.subarray(3)],
    ['the answer was sent', REQUEST, new Uint8Array(0)],
  ])('drain() lets the exchange finish and then closes when %s', (_name, before, after) => {
    const session = sessionAfter([before]);
    session.drain();
    const { reports } = serve(session, { input: [concat(after, SUM, REQUEST)], end: false });
    expect(reports.map(({ outcome }) => outcome)).toEqual(['served']);
    expect(session.next).toBe('close');
  });

  it.each<[string, CloseCause, () => ServerSession, ExchangeReport | undefined]>([
    ['nothing arrived', 'reset', () => newSession(), report('probe')],
    ['nothing arrived', 'shutdown', () => newSession(), report('shutdown')],
    [
      'a part of a request has arrived',
      'reset',
      () => sessionAfter([REQUEST.subarray(1)]),
      report('truncated-request'),
    ],
    [
      'the answer is being sent',
      'reset',
      () => sessionBeforeCount(),
      report('early-end', { ...ANSWERED, bytesSent: 0 }),
    ],
    ['the sum is due', 'reset', () => sessionAfter([REQUEST]), report('early-end', { ...ANSWERED, sum: 'absent' })],
    ['the sum is due', 'shutdown', () => sessionAfter([REQUEST]), report('shutdown', { ...ANSWERED, sum: 'absent' })],
    ['an exchange is over', 'reset', () => sessionAfter([REQUEST, SUM]), undefined],
    ['an exchange is over', 'shutdown', () => sessionAfter([REQUEST, SUM]), undefined],
  ])('close() reports when %s and the cause is %s', (_name, cause, prepare, expected) => {
    const session = prepare();
    session.close(cause);
    expect(session.next).toBe('close');
    expect(session.takeReport()).toEqual(expected);
    session.close();
    session.close(cause);
    session.expire();
    session.drain();
    expect(session.refuse('busy')).toBe(false);
    expect(session.takeReport()).toBeUndefined();
  });
});

describe('ServerSession, bytes in flight', () => {
  const PREPARE = {
    greeting: () => newSession({ greeting: true }),
    count: () => sessionBeforeCount({ answer: () => new ArrayAnswer(PRIMES, 0) }),
    primes() {
      const session = PREPARE.count();
      session.sent(handOut(session, 4).length);
      return session;
    },
    refusal() {
      const session = newSession();
      session.refuse('busy');
      return session;
    },
  };
  const INTERRUPT = {
    drain(session: ServerSession) {
      session.drain();
    },
    expire(session: ServerSession) {
      session.expire();
    },
    refuse(session: ServerSession) {
      session.refuse('busy');
    },
    reset(session: ServerSession) {
      session.close('reset');
    },
    shutdown(session: ServerSession) {
      session.close('shutdown');
    },
  };

  /** The outcome of each interruption while bytes of each kind are in flight; `goes on` if it has no effect. */
  const RESULTS: Readonly<Record<keyof typeof PREPARE, Readonly<Record<keyof typeof INTERRUPT, string>>>> = {
    greeting: {
      drain: 'refused-shutdown',
      expire: 'too-slow',
      refuse: 'refused-busy',
      reset: 'probe',
      shutdown: 'shutdown',
    },
    count: { drain: 'goes on', expire: 'too-slow', refuse: 'goes on', reset: 'early-end', shutdown: 'shutdown' },
    primes: { drain: 'goes on', expire: 'too-slow', refuse: 'goes on', reset: 'early-end', shutdown: 'shutdown' },
    refusal: {
      drain: 'goes on',
      expire: 'refused-busy',
      refuse: 'goes on',
      reset: 'refused-busy',
      shutdown: 'refused-busy',
    },
  };
  const CASES = Object.entries(RESULTS).flatMap(([kind, row]) =>
    Object.entries(row).flatMap(([interruption, result]) =>
      ['none', 'one', 'all'].map((amount) => ({ kind, interruption, result, amount })),
    ),
  );

  it.each(CASES)(
    '$interruption while the $kind is in flight leads to: $result, when the kernel takes $amount of it',
    ({ kind, interruption, result, amount }) => {
      const session = PREPARE[kind as keyof typeof PREPARE]();
      const before = session.next;
      const bytes = handOut(session, 64);
      expect([before, session.next]).toEqual(['send', 'sent']);

      INTERRUPT[interruption as keyof typeof INTERRUPT](session);
      const cut = session.takeReport()?.outcome;
      const count = { none: 0, one: 1, all: bytes.length }[amount]!;
      session.sent(count);
      const again = session.takeReport()?.outcome;

      if (result.startsWith('refused-') && cut === undefined) {
        const { output, reports } = serve(session, { input: [], end: true });
        const whole = concat(bytes.subarray(0, count), output);
        expect(whole).toEqual(concat(Uint8Array.of(0x78), encodeCount(result === 'refused-busy' ? -1 : -3)));
        expect(reports.map(({ outcome }) => outcome)).toEqual([result]);
      } else if (result === 'goes on') {
        const { output, reports } = serve(session, { input: kind === 'refusal' ? [] : [SUM], end: true });
        const whole = { count: ANSWER, primes: ANSWER.subarray(4), refusal: encodeCount(-1) }[kind];
        expect(concat(bytes.subarray(0, count), output)).toEqual(whole);
        const outcome = kind === 'refusal' ? 'refused-busy' : 'served';
        expect([again, ...reports.map((one) => one.outcome)].filter((one) => one !== undefined)).toEqual([outcome]);
      } else {
        expect([cut, again, session.next]).toEqual([result, undefined, 'close']);
      }
      expect(() => {
        session.sent(0);
      }).toThrow('cannot sent');
    },
  );

  it('close() needs no cause after expire() while bytes are in flight', () => {
    const session = PREPARE.primes();
    const { length } = handOut(session, 8);
    session.expire();
    session.close();
    session.sent(length);
    expect([session.next, session.takeReport()?.outcome]).toEqual(['close', 'too-slow']);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { ClientSession, type ClientSessionOptions } from './client-session.ts';
import {
  CountOutOfRangeError,
  EarlyEndError,
  ProtocolError,
  RefusedError,
  TrailingGarbageError,
  WrongAnswerError,
  WrongGreetingError,
} from './errors.ts';
import { concat, FUZZ, split } from './test-support.ts';
import { encodeCount, encodePrimes, encodeRequest, encodeSum } from './wire.ts';

const PRIMES = [101, 103, 107, 109, 113];
const ANSWER = concat(encodeCount(5), encodePrimes(PRIMES));
const END = new Uint8Array(0);

/** A session that has sent its request. */
function asked(options?: ClientSessionOptions, [a, b] = [100, 120]): ClientSession {
  const session = new ClientSession(options);
  session.request(a, b);
  session.sent(session.send(100).length);
  return session;
}

/** Passes chunks to a session; returns the primes that arrived and the error that ended it. */
function events(session: ClientSession, chunks: readonly Uint8Array[]) {
  const primes: number[] = [];
  let error: unknown;
  for (const chunk of chunks) {
    try {
      session.receive(chunk);
    } catch (thrown) {
      error = thrown;
    }
    primes.push(...session.primes);
    if (error !== undefined) break;
  }
  return { primes, error, sum: session.sum, count: session.count, next: session.next };
}

describe('ClientSession', () => {
  it('ClientSession sends a request, receives the answer and confirms it', () => {
    const session = new ClientSession();
    expect([session.next, session.idle]).toEqual(['close', true]);
    session.request(100, 120);
    expect([session.next, session.idle]).toEqual(['send', false]);
    expect(session.send(100)).toEqual(encodeRequest(100, 120));
    session.sent(8);
    expect([session.next, session.expects]).toEqual(['receive', 4]);
    expect(session.receive(ANSWER.subarray(0, 10))).toBe(10);
    expect([...session.primes]).toEqual([101]);
    expect([session.count, session.received, session.expects]).toEqual([5, 1, 14]);
    session.receive(ANSWER.subarray(10));
    expect([...session.primes]).toEqual([103, 107, 109, 113]);
    expect(session.send(100)).toEqual(encodeSum(533n));
    session.sent(8);
    expect([session.next, session.idle, session.sum]).toEqual(['close', true, 533n]);
    session.request(24, 28);
    expect([session.count, session.sum, session.interval]).toEqual([undefined, 0n, [24, 28]]);
  });

  it('sent() moves the cursor by what the kernel took when it takes one byte at a time', () => {
    const session = new ClientSession();
    session.request(100, 120);
    const bytes: number[] = [];
    while (session.next === 'send') {
      bytes.push(session.send(3)[0]!);
      session.sent(1);
    }
    expect(bytes).toEqual([...encodeRequest(100, 120)]);
  });

  it('send() confirms the sum 0 when N is 0', () => {
    const session = asked({}, [24, 28]);
    session.receive(encodeCount(0));
    expect(session.send(8)).toEqual(encodeSum(0n));
  });

  it('receive() ends the session after one answer when it sends no sum', () => {
    const session = asked({ sendSum: false });
    session.receive(ANSWER);
    expect([session.next, session.idle, session.received]).toEqual(['close', false, 5]);
    expect(() => {
      session.request(1, 2);
    }).toThrow('must be idle, got over');
  });

  it('receive() takes the greeting once when the dialect is enabled', () => {
    const session = asked({ greeting: true });
    expect(session.expects).toBe(5);
    session.receive(concat(Uint8Array.of(0x78), ANSWER));
    session.sent(session.send(8).length);
    session.request(100, 120);
    session.sent(session.send(8).length);
    session.receive(ANSWER);
    expect(session.sum).toBe(533n);
  });

  it('receive() takes the greeting when it comes before the request', () => {
    const session = new ClientSession({ greeting: true });
    session.receive(Uint8Array.of(0x78));
    expect([session.next, session.idle]).toEqual(['close', true]);
  });

  it.each([
    ['the greeting is another byte', { greeting: true }, concat(Uint8Array.of(0x79), ANSWER), WrongGreetingError],
    ['N is negative and no refusal', {}, encodeCount(-5), CountOutOfRangeError],
    ['N is more than the interval can contain', {}, encodeCount(11), CountOutOfRangeError],
    ['the primes do not ascend', {}, concat(encodeCount(2), encodePrimes([103, 101])), WrongAnswerError],
    ['a byte follows the answer', {}, concat(ANSWER, Uint8Array.of(0)), TrailingGarbageError],
    [
      'a byte follows an answer without sum',
      { sendSum: false },
      concat(ANSWER, Uint8Array.of(0)),
      TrailingGarbageError,
    ],
    ['the server refuses', {}, encodeCount(-1), RefusedError],
  ])('receive() throws when %s', (_name, options, bytes, expected) => {
    const session = asked(options);
    expect(() => session.receive(bytes)).toThrow(expected);
    expect([session.next, session.idle]).toEqual(['close', false]);
  });

  it.each([
    [encodeCount(11), undefined, 'cannot read N of [100, 120]: it must be from 0 to 10, got 11'],
    [concat(Uint8Array.of(0x78), encodeCount(5)), 'greeting', 'seems to send the greeting, one byte x, first'],
    [concat(Uint8Array.of(0x78), encodeCount(300)), 'greeting', 'got 2013265921; the server seems'],
    [Uint8Array.of(5, 0, 0, 0), 'little-endian', 'seems to send integers in little-endian byte order'],
  ])('receive() says what the server seems to do when N is out of range: %j', (bytes, suspicion, message) => {
    expect(() => asked().receive(bytes)).toThrow(
      expect.objectContaining({ suspicion, message: expect.stringContaining(message) as string }) as Error,
    );
  });

  it.each([
    [-1, 'busy'],
    [-2, 'too-slow'],
    [-3, 'shutting-down'],
    [-4, 'too-wide'],
  ] as const)('receive() throws a RefusedError with code and reason when N is %d', (code, reason) => {
    for (const session of [new ClientSession(), asked()]) {
      expect(() => session.receive(encodeCount(code))).toThrow(expect.objectContaining({ code, reason }) as Error);
    }
  });

  it('receive() throws when the server sends a number before the request', () => {
    expect(() => new ClientSession().receive(encodeCount(5))).toThrow('an answer needs a request, got the number 5');
  });

  it.each([
    ['before N', END, 'N must come before the end, got no N'],
    ['inside N', ANSWER.subarray(0, 3), 'N must come before the end, got no N'],
    ['before the primes', ANSWER.subarray(0, 4), '5 primes must come before the end, got 0'],
    ['inside a prime', ANSWER.subarray(0, 23), '5 primes must come before the end, got 4'],
  ])('receive() throws an EarlyEndError when the server ends %s', (_name, bytes, message) => {
    const session = asked();
    if (bytes.length > 0) session.receive(bytes);
    expect(() => session.receive(END)).toThrow(EarlyEndError);
    const again = asked();
    if (bytes.length > 0) again.receive(bytes);
    expect(() => again.receive(END)).toThrow(`cannot read the answer to [100, 120]: ${message}`);
  });

  it('receive() accepts the end of the server when nothing is due', () => {
    const session = new ClientSession();
    session.receive(END);
    expect([session.next, session.idle]).toEqual(['close', false]);
  });

  it('receive() accepts the end of the server when only the sum is left, and the sum ends the session', () => {
    const session = asked();
    session.receive(ANSWER);
    session.receive(END);
    expect(session.next).toBe('send');
    session.sent(session.send(8).length);
    expect([session.next, session.idle]).toEqual(['close', false]);
  });

  it('ClientSession throws a plain error when a verb is out of turn', () => {
    const session = new ClientSession();
    expect(() => session.send(8)).toThrow('cannot send: the session must wait for it, got close (idle)');
    expect(() => {
      asked().sent(0);
    }).toThrow('cannot send');
    session.request(1, 2);
    expect(() => {
      session.request(1, 2);
    }).toThrow('must be idle, got asking');
    expect(() => session.send(0)).toThrow('maxBytes must be at least 1, got 0');
    session.send(4);
    expect(() => {
      session.sent(5);
    }).toThrow('needs 0 to 4, got 5');
    session.close();
    session.close();
    expect(session.next).toBe('close');
    expect(() => session.receive(ANSWER)).toThrow('the session must be open, got closed');
  });

  it('request() leaves the session idle when a bound is not an int32', () => {
    const session = new ClientSession();
    expect(() => {
      session.request(0, 2 ** 31);
    }).toThrow(RangeError);
    expect(session.idle).toBe(true);
  });

  it('receive() has the same result for every split, and throws only protocol errors, when the bytes are arbitrary', () => {
    const number = fc.constantFrom(-4, -1, 0, 1, 2, 5, 101, 103, 107, 200);
    const part = fc.oneof(
      number.map(encodeCount),
      fc.constantFrom(ANSWER, END, Uint8Array.of(0x78)),
      fc.uint8Array({ maxLength: 6 }),
    );
    const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 });
    fc.assert(
      fc.property(fc.array(part, { maxLength: 8 }), sizes, fc.boolean(), (parts, cuts, greeting) => {
        const input = concat(...parts);
        const whole = events(asked({ greeting }), input.length > 0 ? [input, END] : [END]);
        const pieces = events(asked({ greeting }), [...split(input, cuts), END]);
        if (whole.error !== undefined) expect(whole.error).toBeInstanceOf(ProtocolError);
        expect((pieces.error as Error | undefined)?.name).toBe((whole.error as Error | undefined)?.name);
        expect({ ...pieces, error: undefined }).toEqual({ ...whole, error: undefined });
      }),
      FUZZ,
    );
  });
});

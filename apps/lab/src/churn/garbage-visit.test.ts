import { requestBytes, sumBytes } from '@concurrent-primes/conformance';
import { describe, expect, it } from 'vitest';
import { HTTP_REQUEST, outcomesOfGarbage, randomGarbage } from './garbage-visit.ts';

describe('outcomesOfGarbage()', () => {
  const exchange = Buffer.concat([requestBytes(2, 1), sumBytes(7n)]);

  it.for([
    { length: 1, last: 'truncated-request' },
    { length: 7, last: 'truncated-request' },
    { length: 8, last: 'no-sum' },
    { length: 9, last: 'truncated-sum' },
    { length: 15, last: 'truncated-sum' },
    { length: 16, last: 'wrong-sum' },
  ])('counts $length bytes as $last', ({ length, last }) => {
    expect(outcomesOfGarbage(exchange.subarray(0, length))).toEqual([last]);
  });

  it('counts bytes after a whole exchange as trailing garbage', () => {
    expect(outcomesOfGarbage(Buffer.concat([exchange, exchange.subarray(0, 3)]))).toEqual([
      'wrong-sum',
      'trailing-garbage',
    ]);
  });

  it('counts an HTTP request as two exchanges and garbage', () => {
    expect(outcomesOfGarbage(HTTP_REQUEST)).toEqual(['wrong-sum', 'wrong-sum', 'trailing-garbage']);
  });

  it('throws when the bytes ask for primes', () => {
    expect(() => outcomesOfGarbage(requestBytes(1, 1))).toThrow('requests must have a > b, got another at byte 0');
  });
});

describe('randomGarbage()', () => {
  it.for([0, 0.5, 0.999_999])('asks for nothing when all random numbers are %d', (number) => {
    const bytes = randomGarbage((most) => Math.floor(number * (most + 1)));
    expect(bytes.length).toBe(1 + Math.floor(number * 80));
    expect(() => outcomesOfGarbage(bytes)).not.toThrow();
  });
});

import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { ADDRESS_FULL, AddressLimit, UNCOUNTED } from './address-limit.ts';

describe('AddressLimit', () => {
  it('take() counts each address for itself, until its connections are released', () => {
    const addresses = new AddressLimit(2);
    const [first, second] = [addresses.take('127.0.0.1'), addresses.take('127.0.0.1')];
    expect([first, second].every((token) => token >= 0)).toBe(true);
    expect(addresses.take('127.0.0.1')).toBe(ADDRESS_FULL);
    expect(addresses.take('127.0.0.10')).toBeGreaterThanOrEqual(0);
    expect(addresses.take('fe80::1%eth0')).toBeGreaterThanOrEqual(0);
    addresses.release(first);
    expect(addresses.take('127.0.0.1')).toBeGreaterThanOrEqual(0);
    expect(addresses.take('127.0.0.1')).toBe(ADDRESS_FULL);
  });

  it('release() does nothing for a connection that is not counted', () => {
    const addresses = new AddressLimit(1);
    addresses.take('::1');
    addresses.release(UNCOUNTED);
    addresses.release(ADDRESS_FULL);
    expect(addresses.take('::1')).toBe(ADDRESS_FULL);
  });

  it('take() counts no further addresses when the table is full, and refuses none of them', () => {
    const addresses = new AddressLimit(1, undefined, 2);
    const first = addresses.take('10.0.0.1');
    addresses.take('10.0.0.2');
    expect([addresses.take('10.0.0.3'), addresses.take('10.0.0.3')]).toEqual([UNCOUNTED, UNCOUNTED]);
    expect([addresses.take('10.0.0.1'), addresses.take('10.0.0.2')]).toEqual([ADDRESS_FULL, ADDRESS_FULL]);
    addresses.release(first);
    expect(addresses.take('10.0.0.3')).toBeGreaterThanOrEqual(0);
    expect(addresses.take('10.0.0.3')).toBe(ADDRESS_FULL);
  });

  it('take() and release() agree with a map of counts when few buckets make addresses collide', () => {
    // As many addresses as entries, so that all of them are counted, in 10 buckets.
    const addresses = new AddressLimit(3, undefined, 10);
    const held: number[][] = Array.from({ length: 10 }, () => []);
    for (let step = 0, random = 1; step < 20_000; step += 1) {
      // Numerical Recipes, section 7.1: a linear congruential generator, whose high bits are good enough here.
      random = (Math.imul(random, 1_664_525) + 1_013_904_223) >>> 0;
      const number = (random >>> 8) % 10;
      const tokens = held[number]!;
      if (random >= 2 ** 31) addresses.release(tokens.pop() ?? UNCOUNTED);
      else {
        const token = addresses.take(`2001:db8::${number}`);
        expect(token === ADDRESS_FULL).toBe(tokens.length === 3);
        if (token !== ADDRESS_FULL) tokens.push(token);
      }
    }
  });

  it('take() gives an address exactly its connections when threads take and release at the same time', async () => {
    const limit = 100;
    const addresses = new AddressLimit(limit);
    const entry = new URL('./testing/address-taker.ts', import.meta.url);
    const start = new Int32Array(new SharedArrayBuffer(4));
    const workers = Array.from(
      { length: 3 },
      () => new Worker(entry, { workerData: { limit, memory: addresses.memory, start } }),
    );
    await Promise.all(workers.map((worker) => once(worker, 'message')));
    const taken = workers.map(async (worker) => (await once(worker, 'message'))[0] as number);
    Atomics.store(start, 0, 1);
    Atomics.notify(start, 0);
    expect((await Promise.all(taken)).reduce((sum, count) => sum + count)).toBe(limit);
    expect(addresses.take('192.0.2.1')).toBe(ADDRESS_FULL);
    // What the threads have released is free.
    for (let count = 0; count < limit; count += 1) expect(addresses.take('192.0.2.2')).toBeGreaterThanOrEqual(0);
  });
});

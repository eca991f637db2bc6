/** The server on node:net: it must be right, and as robust as those that it is compared with. */
import { FULL_COUNT, KNOWN_ANSWERS, Peer, REFUSED, sumBytes } from '@concurrent-primes/fixtures';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sampleProcesses } from '@concurrent-primes/harness';
import { parseServer } from './server-spec.ts';
import { type MeasuredServer, startMeasuredServer } from './measured-server.ts';

const NEVER = new AbortController().signal;
const INTERVAL = [100, 200] as const;
/** What a process may grow by: compiled code, garbage not yet collected. Twenty whole answers would be 8.4 GB. */
const SLACK_BYTES = 150e6;

let server: MeasuredServer;

beforeAll(async () => {
  server = await startMeasuredServer(parseServer('net'), { extraArgs: [], signal: NEVER });
});

afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

describe('the server on node:net', () => {
  it('answers known intervals, one after the other on one connection', async () => {
    await using peer = await Peer.connect(server.port);
    for (const { limit, count, sum } of KNOWN_ANSWERS.slice(0, 5)) {
      const interval = [0, limit] as const;
      await peer.sendRequest(...interval);
      expect(await peer.readCount()).toBe(count);
      expect(await peer.readPrimes(count, interval)).toEqual({ count, sum });
      await peer.sendSum(sum);
    }
  });

  it('takes a request a byte at a time', async () => {
    await using peer = await Peer.connect(server.port);
    await peer.sendRequest(...INTERVAL, { pieces: [1, 1, 1, 1, 1, 1, 1] });
    expect(await peer.readCount()).toBe(21);
  });

  it('answers a client that has ended its sending, and then ends', async () => {
    await using peer = await Peer.connect(server.port);
    await peer.sendRequest(...INTERVAL);
    await peer.end();
    const count = await peer.readCount();
    await peer.readPrimes(count, INTERVAL);
    expect(await peer.readEnd()).toEqual({ how: 'end', discarded: 0 });
  });

  it('ends when the client has, between two requests', async () => {
    await using peer = await Peer.connect(server.port);
    await peer.sendRequest(...INTERVAL);
    await peer.readPrimes(await peer.readCount(), INTERVAL);
    await peer.send(sumBytes(3167n));
    await peer.end();
    expect(await peer.readEnd()).toEqual({ how: 'end', discarded: 0 });
  });

  it('keeps little for clients that stop reading, forgets them when they reset, and serves others meanwhile', async () => {
    const before = sampleProcesses(server.pids())!;
    const stalled = await Promise.all(
      Array.from({ length: 20 }, async () => {
        const peer = await Peer.connect(server.port);
        await peer.sendRequest(0, 2_147_483_647);
        expect(await peer.readCount()).toBe(FULL_COUNT);
        return peer;
      }),
    );
    await using quick = await Peer.connect(server.port);
    await quick.sendRequest(...INTERVAL);
    expect(await quick.readCount()).toBe(21);
    const after = sampleProcesses(server.pids())!;
    expect(after.descriptors).toBeGreaterThanOrEqual(before.descriptors + stalled.length);
    expect(after.rssBytes - before.rssBytes).toBeLessThan(SLACK_BYTES);
    for (const peer of stalled) await peer.reset();
    await quick.sendSum(3167n);
    await quick.sendRequest(...INTERVAL);
    expect(await quick.readCount()).not.toBe(REFUSED.busy);
  });
});

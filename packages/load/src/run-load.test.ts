import { eventually, freePort, startPrimeServer } from '@concurrent-primes/fixtures';
import { describe, expect, it } from 'vitest';
import { PLAN } from './testing/sample-plan.ts';
import { smallPrimes } from './testing/small-primes.ts';
import { runLoad } from './run-load.ts';
import type { LoadPlan } from './load-plan.ts';
import type { LoadSnapshot } from './timeline.ts';

const VERIFIER = new URL('./testing/small-verifier.ts', import.meta.url).href;

const FIFTY: Partial<LoadPlan> = { intervals: { kind: 'uniform', within: [0, 99], width: 40 }, requests: 50 };

describe('runLoad()', () => {
  it.each<[string, Partial<LoadPlan>]>([
    ['a closed loop', { model: { kind: 'closed', clients: 5 } }],
    ['three threads', { model: { kind: 'closed', clients: 5 }, threads: 3 }],
    ['keep-alive', { model: { kind: 'closed', clients: 5 }, keepAlive: true, threads: 2 }],
    ['an open loop', { model: { kind: 'open', rate: 500, maxClients: 20 } }],
    [
      'an open loop of two threads',
      { model: { kind: 'open', rate: 500, maxClients: 20 }, threads: 2, keepAlive: true },
    ],
    ['an open loop of many clients', { model: { kind: 'open', rate: 500, maxClients: 2000 } }],
  ])('serves all of %s, verified', async (_, changes) => {
    await using server = await startPrimeServer({ answer: smallPrimes });
    const plan: LoadPlan = {
      ...PLAN,
      ...FIFTY,
      ...changes,
      durationMs: undefined,
      port: server.port,
      verify: { module: VERIFIER, options: {} },
    };
    const result = await runLoad(plan);
    expect(result).toMatchObject({ version: 1, requests: 50, unfinished: 0, errors: {}, interrupted: false, plan });
    // The last sum is out when the load ends; the server may not have read it yet.
    await eventually(() => {
      expect(server.outcomes).toEqual({ served: 50 });
    });
    expect(result.latency.done.count).toBe(50);
    expect(result.latency.done.p50Ms).toBeGreaterThanOrEqual(result.latency.count.p50Ms);
    expect(result.requestsPerSecond).toBeCloseTo(50 / (result.elapsedMs / 1000), 6);
    const { model } = plan;
    expect(result.perClient.length).toBe(model.kind === 'closed' ? model.clients : 0);
    if (model.kind === 'closed') expect(result.perClient.reduce((sum, count) => sum + count)).toBe(50);
    expect(result.timeline.reduce((sum, { requests }) => sum + requests, 0)).toBe(50);
    expect(result.timeline.at(-1)!.atMs).toBeCloseTo(result.elapsedMs, 6);
  });

  it('survives being posted and written: the result is plain data', async () => {
    await using server = await startPrimeServer({ answer: smallPrimes });
    const result = await runLoad({ ...PLAN, port: server.port, requests: 3, durationMs: undefined, warmupMs: 10 });
    expect(JSON.parse(JSON.stringify(result))).toEqual(JSON.parse(JSON.stringify(structuredClone(result))));
    expect(result.client.cpuMs).toBeGreaterThanOrEqual(0);
  });

  it('asks for the same in one thread as in three', async () => {
    const asked: string[][] = [];
    for (const threads of [1, 3]) {
      await using server = await startPrimeServer({ answer: smallPrimes });
      await runLoad({
        ...PLAN,
        ...FIFTY,
        port: server.port,
        threads,
        durationMs: undefined,
        model: { kind: 'open', rate: 1000, maxClients: 10 },
      });
      asked.push(server.requests.map(String).toSorted());
    }
    expect(new Set(asked[0]).size).toBeGreaterThan(20);
    expect(asked[1]).toEqual(asked[0]);
  });

  it('counts wrong answers', async () => {
    await using server = await startPrimeServer({ answer: smallPrimes });
    const verify = { module: VERIFIER, options: { without: 7 } };
    const result = await runLoad({ ...PLAN, port: server.port, requests: 2, durationMs: undefined, verify });
    expect(result).toMatchObject({ requests: 0, errors: { 'wrong-count': 2 } });
  });

  it('tells good clients and misbehaving ones apart', async () => {
    await using server = await startPrimeServer({ answer: smallPrimes });
    const result = await runLoad({
      ...PLAN,
      port: server.port,
      durationMs: 300,
      threads: 2,
      model: { kind: 'closed', clients: 10 },
      with: [
        { name: 'garbage', share: 0.2 },
        { name: 'flood', share: 0.1 },
        { name: 'stalled-writer', share: 0.1 },
      ],
    });
    expect(result.perClient.length).toBe(6);
    const timed = result.timeline.reduce((sum, { requests }) => sum + requests, 0);
    expect(timed + (result.drain?.requests ?? 0)).toBe(result.requests);
    expect(Math.min(...result.perClient)).toBeGreaterThan(0);
    expect(result.errors).toEqual({});
    expect(result.misbehaving['stalled-writer']).toEqual({ clients: 1, visits: 1, errors: 0 });
    expect(result.misbehaving['garbage']!.visits).toBeGreaterThan(2);
    expect(result.misbehaving['flood']!.visits).toBeGreaterThan(50);
    await eventually(() => {
      expect(server.outcomes['wrong-sum']).toBeGreaterThan(4);
      expect(server.outcomes['probe']).toBeGreaterThan(50);
    });
  });

  it('tells how far it is, and ends with what it has when the signal aborts', async () => {
    await using server = await startPrimeServer({ answer: smallPrimes });
    const abort = new AbortController();
    const snapshots: LoadSnapshot[] = [];
    const result = await runLoad(
      { ...PLAN, port: server.port, durationMs: 60_000, warmupMs: 100 },
      {
        signal: abort.signal,
        onProgress: (snapshot) => {
          snapshots.push(snapshot);
          if (snapshot.phase === 'measure' && snapshot.requests > 0) abort.abort();
        },
      },
    );
    expect(result.interrupted).toBe(true);
    expect(result.elapsedMs).toBeLessThan(10_000);
    expect(result.requests).toBeGreaterThanOrEqual(snapshots.at(-1)!.requests);
    expect(snapshots.at(-1)!.requestsPerSecond).toBeGreaterThan(0);
  });

  it('rejects with a ConnectError when nobody listens, or the host does not exist', async () => {
    const port = await freePort();
    await expect(runLoad({ ...PLAN, port, threads: 2, model: { kind: 'closed', clients: 2 } })).rejects.toMatchObject({
      name: 'ConnectError',
      message: `cannot connect to 127.0.0.1:${port}: a server must listen there, got ECONNREFUSED`,
    });
    await expect(runLoad({ ...PLAN, host: 'no-such-host.invalid' })).rejects.toMatchObject({
      name: 'ConnectError',
      message: expect.stringMatching(
        /^cannot connect to no-such-host.invalid:65432: the host must exist, got /,
      ) as string,
    });
  });

  it('rejects when the verifier can not be loaded', async () => {
    const verify = { module: new URL('load-plan.ts', import.meta.url).href, options: {} };
    await expect(runLoad({ ...PLAN, verify })).rejects.toThrow('it must export createVerifier, got none');
  });

  it('rejects a plan that makes no sense, and an aborted signal', async () => {
    await expect(runLoad({ ...PLAN, threads: 0 })).rejects.toThrow('threads must be an integer of at least 1');
    await expect(runLoad(PLAN, { signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow('enough');
  });
});

import { type Client, connect, RefusedError, WrongAnswerError } from '@concurrent-primes/client';
import { referencePrimes, REFUSED, startPrimeServer, sumOf } from '@concurrent-primes/fixtures';
import { describe, expect, it } from 'vitest';
import { intervalsOf } from './arguments.ts';
import { runClients } from './run-clients.ts';
import { WrongPrimesError } from './prime-check.ts';

const HOST = '127.0.0.1';

describe('runClients()', () => {
  it('serves a burst of 200 clients', async () => {
    await using server = await startPrimeServer();
    const intervals = intervalsOf([100, 200], 200, 1000);
    const progress = { done: 0, begun: 0, primes: 0 };
    const { address, clients } = await runClients({
      intervals,
      connect: { host: HOST, port: server.port },
      verify: true,
      progress,
    });
    expect(address).toBe(`${HOST}:${server.port}`);
    expect(clients).toHaveLength(200);
    for (const [i, { client, interval, outcome }] of clients.entries()) {
      expect(client).toBe(i);
      expect(interval).toEqual(intervals[i]);
      expect(outcome).toMatchObject({ sum: sumOf(referencePrimes(100 + 1000 * i, 200 + 1000 * i)) });
    }
    expect(server.requests).toHaveLength(200);
    const received = clients.reduce((sum, client) => sum + client.received, 0);
    expect(progress).toEqual({ done: 200, begun: 200, primes: received });
  });

  it('lets no client ask before all are connected', async () => {
    await using server = await startPrimeServer();
    const others: Promise<Client>[] = [];
    let askedBefore: number | undefined;
    const { clients } = await runClients(
      { intervals: intervalsOf([0, 10], 3, 10), connect: { host: HOST, port: server.port } },
      async (options) => {
        if (others.length < 2) return others[others.push(connect(options)) - 1]!;
        await Promise.all(others);
        // Turns of the event loop in which their requests would come to the server.
        for (let turn = 0; turn < 10; turn++) await new Promise(setImmediate);
        askedBefore = server.requests.length;
        return connect(options);
      },
    );
    expect(askedBefore).toBe(0);
    expect(server.requests).toHaveLength(3);
    expect(clients.map(({ received }) => received)).toEqual([4, 4, 2]);
  });

  it('hides no result when another client fails', async () => {
    await using server = await startPrimeServer({ refuse: (client) => (client % 2 === 1 ? REFUSED.busy : undefined) });
    const { clients } = await runClients({
      intervals: intervalsOf([0, 10], 4, 10),
      connect: { host: HOST, port: server.port },
    });
    // Which connection the server accepts first is the kernel's choice.
    const sums = [17n, 60n, 52n, 68n];
    const served = clients.filter(({ outcome }) => 'sum' in outcome);
    expect(served).toHaveLength(2);
    for (const { client, outcome } of served) expect(outcome).toMatchObject({ sum: sums[client] });
    for (const { outcome } of clients.filter((report) => !served.includes(report))) {
      expect(outcome).toMatchObject({ error: expect.any(RefusedError) as unknown });
    }
  });

  it.each([
    { answer: [11, 13, 15], error: WrongPrimesError, verify: true },
    { answer: [11, 13, 17], error: WrongPrimesError, verify: true },
    { answer: [11, 13, 12], error: WrongAnswerError, verify: false },
    { answer: [11, 13, 23], error: WrongAnswerError, verify: false },
  ])('reports $error.name when the server answers $answer and verify is $verify', async ({ answer, error, verify }) => {
    await using server = await startPrimeServer({ answer: () => answer });
    const connect = { host: HOST, port: server.port };
    const { clients } = await runClients({ intervals: [[10, 20]], connect, verify });
    expect(clients[0]!.outcome).toEqual({ error: expect.any(error) as unknown });
  });

  it('stops all clients when the signal aborts, and keeps what is done', async () => {
    const abort = new AbortController();
    await using server = await startPrimeServer({ gate: (a) => (a > 0 ? Promise.race([]) : undefined) });
    const progress = {
      primes: 0,
      begun: 0,
      isDone: 0,
      get done() {
        return this.isDone;
      },
      set done(done) {
        this.isDone = done;
        // The first is through; the others wait for ever.
        abort.abort(new Error('interrupted'));
      },
    };
    const { clients } = await runClients({
      intervals: intervalsOf([0, 10], 3, 100),
      connect: { host: HOST, port: server.port, signal: abort.signal },
      progress,
    });
    expect(clients.map(({ outcome }) => ('sum' in outcome ? outcome.sum : outcome.error.message))).toEqual([
      17n,
      'interrupted',
      'interrupted',
    ]);
  });
});

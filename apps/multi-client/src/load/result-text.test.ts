import { Histogram, parseCondition, type Trial } from '@concurrent-primes/load';
import { describe, expect, it } from 'vitest';
import { loadResult, PLAN } from '../testing/sample-result.ts';
import { renderSearch, renderText } from './result-text.ts';

describe('renderText()', () => {
  it('tells plan, throughput, latency and what the client itself did', () => {
    expect(renderText(loadResult(), true, [])).toBe(`\
server      127.0.0.1:65432
load        2 clients
            a connection for each request
time        2 s, after 0.5 s of warm-up, seed 1
intervals   [100, 200] + 1000 i
answers     each verified, byte by byte

requests    1000 in 2 s: 500 requests/s, 1.25 MB/s
failed      0

latency            p50       p90       p99     p99.9    p99.99       max
connect          85 µs     85 µs     85 µs     85 µs     85 µs     85 µs
N               500 ms    901 ms    991 ms    1.00 s    1.00 s    1.00 s
last prime      500 ms    901 ms    991 ms    1.00 s    1.00 s    1.00 s
done            500 ms    901 ms    991 ms    1.00 s    1.00 s    1.00 s

fairness    each client was served 400 to 600 times (Jain's index 0.962)
this client 25 % busy, 50 µs of CPU a request
`);
  });

  it('tells the uncorrected latency and its own lateness in an open loop', () => {
    const plan = { ...PLAN, model: { kind: 'open', rate: 500, maxClients: 20 } } as const;
    const text = renderText(loadResult({ plan, perClient: [] }), false, []);
    expect(text).toContain('load        500 requests/s on up to 20 connections\n');
    expect(text).toContain('answers     checked for their number and order, not verified\n');
    expect(text).toMatch(/^uncorrected +500 ms/m);
    expect(text).toContain('            began requests up to 42 µs late\n');
    expect(text).not.toContain('fairness');
  });

  it('tells failures, misbehaving clients, thresholds and warns when the client is the limit', () => {
    const result = loadResult({
      errors: { reset: 3, 'wrong-primes': 20 },
      unfinished: 2,
      resent: 4,
      interrupted: true,
      misbehaving: {
        'slow-reader': { clients: 1, visits: 12, errors: 0 },
        garbage: { clients: 2, visits: 1, errors: 1 },
      },
      client: { cpuMs: 1, busy: 0.95, lateMs: 0 },
    });
    const failIf = ['p99>50ms', 'errors>3%', 'rate<100'].map(parseCondition);
    const text = renderText(result, true, failIf);
    for (const part of [
      'requests    1000 in 2 s, interrupted: ',
      'failed      23\nunfinished  2, counted with the time they had waited\n',
      '\nresent      4, whose kept connection had been closed between two answers\n',
      '\nfailures\n        20  wrong-primes: the primes were not those of the interval, in order\n         3  reset: ',
      '\nmisbehaving                      clients    visits    failed\n',
      '\nslow-reader                            1        12         0\n',
      '\ngarbage                                2         1         1\n',
      'this client 95 % busy, 1 µs of CPU a request\n            it may be the limit: compare with more --workers\n',
      '\nFAILED      fail if p99>50ms: got 991 ms\npassed      fail if errors>3%: got 2.24 %\npassed      fail if rate<100: got 500\n',
    ]) {
      expect(text).toContain(part);
    }
  });

  it('fits in 80 columns whatever the plan', () => {
    const within = [-2_147_483_648, 2_147_483_647] as const;
    const widest = loadResult({
      plan: {
        ...PLAN,
        host: 'server.department.example.org',
        model: { kind: 'open', rate: 123_456.7, maxClients: 20_000 },
        ramp: { from: 0.25, to: 123_456.7 },
        threads: 16,
        timeoutMs: 86_400_000,
        requests: 1_000_000_000,
        intervals: {
          kind: 'mix',
          parts: [
            { share: 99, intervals: { kind: 'zipf', within, width: 1_000_000_000, exponent: 1.25 } },
            { share: 1, intervals: { kind: 'uniform', within, width: 1_000_000_000 } },
            { share: 1, intervals: { kind: 'fixed', interval: within } },
          ],
        },
      },
      errors: { 'refused-too-wide': 1_000_000 },
      misbehaving: { 'reset before the request': { clients: 1000, visits: 100_000, errors: 5000 } },
    });
    const lines = renderText(widest, false, [parseCondition('lastPrime.p99.99>=1234us')]).split('\n');
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
  });

  it('tells how many requests were done too late for the rate', () => {
    expect(renderText(loadResult({ requestsPerSecond: 450 }), true, [])).toContain(
      'failed      0\nlate        100 ended after the measured time and do not count in the rate\n',
    );
    expect(renderText(loadResult({ requestsPerSecond: 497 }), true, [])).not.toContain('late  ');
  });

  it('says why connections took whole seconds', () => {
    const connect = new Histogram();
    for (const timeMs of [0.1, 1008, 1016, 1024, 3040]) connect.record(timeMs);
    const histograms = { ...loadResult().histograms, connect: connect.encode() };
    expect(renderText(loadResult({ histograms }), true, [])).toContain(
      '\nconnect     4 waited a second or more until their SYN was sent again:\n' +
        "            the server's queue of new connections was full, or a network lost it\n",
    );
  });

  it('has no latency without a request', () => {
    const none = loadResult({ requests: 0 }).latency.done;
    const latency = { ...loadResult().latency, done: { ...none, count: 0 } };
    const text = renderText(loadResult({ requests: 0, latency }), true, []);
    expect(text).toMatch(/^done +- +- +- +- +- +-$/m);
    expect(text).not.toContain('fairness');
  });
});

describe('renderSearch()', () => {
  const goal = parseCondition('p99<20ms');
  const plan = { ...PLAN, model: { kind: 'open', rate: 1000, maxClients: 500 } } as const;
  const trials = [1000, 2000, 4000].map((rate, i): Trial => {
    const done = { ...loadResult().latency.done, p50Ms: 1 + i, p99Ms: 4 ** i * 5 };
    const result = loadResult({ requestsPerSecond: rate, latency: { ...loadResult().latency, done } });
    return { rate, good: i < 1, result };
  });

  it('draws the curve, marks the knee and says which rate holds the goal', () => {
    expect(renderSearch({ best: 1000, trials, curve: trials, knee: 2000 }, plan, goal, true, false)).toBe(`\
server      127.0.0.1:65432
goal        p99<20ms, at the highest rate
            a connection for each request
time        2 s, after 0.5 s of warm-up, seed 1
intervals   [100, 200] + 1000 i
answers     each verified, byte by byte

    rate       reached       p50       p99  good
    1000          1000   1.00 ms   5.00 ms  yes  #
    2000          2000   2.00 ms   20.0 ms  no   #### < knee
    4000          4000   3.00 ms   80.0 ms  no   ##############

found       1000 requests/s hold p99<20ms
            beyond 2000 requests/s latency grows faster than rate
`);
  });

  it('says so when no rate holds the goal', () => {
    const none = { best: undefined, trials: [], curve: [], knee: undefined };
    expect(renderSearch(none, plan, goal, true, false)).toMatch(/\nfound +no rate holds p99<20ms\n$/);
  });

  it('says what the lowest rate measured when no rate holds the goal', () => {
    const result = loadResult({ requestsPerSecond: 0.5, errors: { reset: 3 } });
    const curve = [1, 2].map((rate): Trial => ({ rate, good: false, result }));
    const none = { best: undefined, trials: curve, curve, knee: undefined };
    const lowest = '            the lowest rate tried, 1.00: got 991 ms, 0.50 reached, 3 failed\n';
    const text = renderSearch(none, plan, goal, true, false);
    expect(text.endsWith(`\nfound       no rate holds p99<20ms\n${lowest}`)).toBe(true);
    expect(text).not.toContain('knee');
    expect(renderSearch(none, plan, goal, true, true).endsWith(` before any rate held p99<20ms\n${lowest}`)).toBe(true);
  });

  it('says what it does not know when it was interrupted', () => {
    const found = { best: undefined, trials: [], curve: [], knee: undefined };
    expect(renderSearch(found, plan, goal, true, true)).toMatch(
      /\nfound +interrupted before any rate held p99<20ms\n$/,
    );
    expect(renderSearch({ ...found, best: 1000 }, plan, goal, true, true)).toMatch(
      /\nfound +interrupted: 1000 requests\/s hold p99<20ms, and maybe more\n$/,
    );
  });
});

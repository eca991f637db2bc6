import { int32Bytes, REFUSED } from '@concurrent-primes/fixtures';
import { describe, expect, it } from 'vitest';
import { type Arrival, FakeNetwork, type FakeRequest, type FakeServer } from './testing/fake-network.ts';
import { PLAN } from './testing/sample-plan.ts';
import { answerBytes, smallPrimes } from './testing/small-primes.ts';
import { createVerifier } from './testing/small-verifier.ts';
import { mergeHistograms } from './histogram.ts';
import { type LoopResult, type LoopWorld, runLoop } from './load-loop.ts';
import { partsOf } from './plan-parts.ts';
import type { Summary } from './histogram.ts';
import type { LoadPlan } from './load-plan.ts';
import type { ErrorKind, LatencyPart } from './load-result.ts';

const SERVICE_MS = 1;
const VERIFIER = createVerifier();
const RIGHT: FakeServer = { answer: ({ a, b, arrivedMs }) => [at(arrivedMs + SERVICE_MS, answerBytes(a, b))] };

function at(atMs: number, bytes?: Uint8Array): Arrival {
  return { atMs, bytes };
}

function run(plan: LoadPlan, server: FakeServer = RIGHT, changes: Partial<LoopWorld> = {}): LoopResult {
  return runLoop(plan, partsOf(plan)[0]!, new FakeNetwork(server).world(changes));
}

function summary(result: LoopResult, part: LatencyPart): Summary {
  return mergeHistograms([result.histograms[part]]).summary();
}

/** A server that serves one after the other, and nobody while it stands still. */
class StallingServer implements FakeServer {
  readonly #stallMs: readonly [from: number, to: number];
  #freeMs = 0;

  constructor(stallMs: readonly [from: number, to: number]) {
    this.#stallMs = stallMs;
  }

  answer({ a, b, arrivedMs }: FakeRequest): readonly Arrival[] {
    const [from, to] = this.#stallMs;
    let doneMs = Math.max(arrivedMs, this.#freeMs) + SERVICE_MS;
    if (doneMs >= from && doneMs < to) doneMs = to + SERVICE_MS;
    this.#freeMs = doneMs;
    return [at(doneMs, answerBytes(a, b))];
  }
}

describe('an open loop', () => {
  const plan: LoadPlan = { ...PLAN, durationMs: 10_000, model: { kind: 'open', rate: 100, maxClients: 5 } };

  it('shows in the corrected p99 that the server stood still for a second, and the uncorrected one does not', () => {
    const result = run(plan, new StallingServer([4000, 5000]));
    expect(result).toMatchObject({ requests: 1000, unfinished: 0, errors: {} });
    const [corrected, uncorrected] = [summary(result, 'done'), summary(result, 'uncorrected')];
    // A tenth of the requests fell due in that second: the hundredth part that waited longest waited 0.9 s and more.
    expect(corrected.p99Ms).toBeGreaterThan(890);
    expect(corrected.p99Ms).toBeLessThan(1000);
    expect(corrected.p90Ms).toBeGreaterThan(SERVICE_MS);
    // Only the 5 that were out saw it.
    expect(uncorrected.p99Ms).toBeLessThan(6 * SERVICE_MS);
    expect(uncorrected.maxMs).toBeGreaterThan(950);
  });

  it('shows no difference when the server never stands still', () => {
    const result = run(plan, new StallingServer([0, 0]));
    expect(summary(result, 'done').p99Ms).toBeLessThan(1.1 * SERVICE_MS);
    expect(summary(result, 'uncorrected').p99Ms).toBeLessThan(1.1 * SERVICE_MS);
    expect(result.lateMs).toBeLessThan(0.01);
  });

  it('counts what a server that does not come back owes, with the time it has waited', () => {
    const result = run({ ...plan, drainMs: 500 }, new StallingServer([9000, Infinity]));
    // 1000 fell due, 900 of them before, minus the one that was in service.
    expect(result.requests + result.unfinished).toBe(1000);
    expect(result.unfinished).toBeGreaterThanOrEqual(99);
    expect(summary(result, 'done').count).toBe(1000);
    expect(summary(result, 'done').maxMs).toBeGreaterThan(1450);
    // The 5 that were out.
    expect(summary(result, 'uncorrected').count).toBe(result.requests + 5);
  });

  it('asks at the rate whatever the server does, and sleeps in between', () => {
    const requests: number[] = [];
    const server = new StallingServer([4000, 5000]);
    const counting: FakeServer = { answer: (request) => (requests.push(request.arrivedMs), server.answer(request)) };
    const result = run({ ...plan, model: { kind: 'open', rate: 100, maxClients: 500 } }, counting);
    const gaps = requests.map((atMs, i) => atMs - i * 10);
    expect(Math.max(...gaps)).toBeLessThan(0.1);
    expect(result.busy).toBeLessThan(0.01);
  });
});

describe('a closed loop', () => {
  it('does not see what it did not ask: a server that stands still is asked no more', () => {
    const plan: LoadPlan = { ...PLAN, durationMs: 10_000, model: { kind: 'closed', clients: 5 } };
    const result = run(plan, new StallingServer([4000, 5000]));
    expect(summary(result, 'done').p99Ms).toBeLessThan(10 * SERVICE_MS);
    expect(summary(result, 'done').maxMs).toBeGreaterThan(990);
  });

  it('measures exactly as many requests as it is told, those in flight after the warm-up among them', () => {
    const plan: LoadPlan = { ...PLAN, durationMs: undefined, requests: 23, model: { kind: 'closed', clients: 4 } };
    const result = run(plan);
    expect(result).toMatchObject({ requests: 23, unfinished: 0 });
    expect(result.perSlot.toSorted()).toEqual([5, 6, 6, 6]);
    expect(run({ ...plan, warmupMs: 7.5 })).toMatchObject({ requests: 23, unfinished: 0 });
  });

  it('keeps the warm-up out of everything', () => {
    const plan = { ...PLAN, warmupMs: 500, durationMs: 250 };
    const network = new FakeNetwork(RIGHT);
    const world = network.world();
    const result = runLoop(plan, partsOf(plan)[0]!, world);
    expect(result.elapsedMs).toBe(250);
    // A request takes a little more than its service, for the clock moves when it is looked at.
    expect(result.requests).toBeGreaterThan(230);
    expect(result.requests).toBeLessThanOrEqual(250);
    // That of the first one was made in the warm-up.
    expect(summary(result, 'connect').count).toBe(result.requests - 1);
    expect(result.bytes).toBe(result.requestsInTime * answerBytes(0, 10).length);
    const measured = world.samples.filter(({ atMs }) => atMs > 0);
    expect(measured.filter(({ phase }) => phase === 'measure').map(({ atMs }) => atMs)).toEqual([100, 200, 250]);
    expect(measured.reduce((sum, { requests }) => sum + requests, 0)).toBe(result.requests);
  });

  it('tells apart in its samples what was done in the measured time and what in the drain', () => {
    // Every answer takes 150 ms, so each of the two clients has one under way when its 200 ms are over.
    const answer = ({ a, b, arrivedMs }: FakeRequest): readonly Arrival[] => [at(arrivedMs + 150, answerBytes(a, b))];
    const plan: LoadPlan = { ...PLAN, durationMs: 200, model: { kind: 'closed', clients: 2 } };
    const world = new FakeNetwork({ answer }).world();
    const result = runLoop(plan, partsOf(plan)[0]!, world);
    const doneIn = (phase: string): number =>
      world.samples.reduce((sum, sample) => sum + (sample.phase === phase ? sample.requests : 0), 0);
    expect([doneIn('measure'), doneIn('drain')]).toEqual([2, 2]);
    expect(result).toMatchObject({ requests: 4, requestsInTime: 2, bytes: 2 * answerBytes(0, 10).length });
    expect(world.samples.at(-1)).toMatchObject({ phase: 'drain', bytes: 2 * answerBytes(0, 10).length });
    expect(world.samples.at(-1)!.atMs).toBeCloseTo(300, 0);
  });

  it('lets clients come by a ramp', () => {
    const atOnce: number[] = [];
    const network: FakeNetwork = new FakeNetwork({
      answer: (request) => (atOnce.push(network.connections.size), RIGHT.answer(request)),
    });
    const plan: LoadPlan = { ...PLAN, model: { kind: 'closed', clients: 10 }, ramp: { from: 1, to: 10 } };
    const result = runLoop(plan, partsOf(plan)[0]!, network.world());
    expect(Math.max(...atOnce.slice(0, 40))).toBe(1);
    expect(Math.max(...atOnce)).toBeGreaterThanOrEqual(9);
    expect(result.perSlot[0]).toBeGreaterThan(900);
    expect(result.perSlot[8]).toBeLessThan(250);
    expect(result.perSlot[8]).toBeGreaterThan(50);
  });

  it('rests after a failure', () => {
    const result = run(PLAN, { answer: ({ arrivedMs }) => [at(arrivedMs, int32Bytes([REFUSED.busy]))] });
    expect(result.errors['refused-busy']).toBeGreaterThanOrEqual(9);
    expect(result.errors['refused-busy']).toBeLessThanOrEqual(11);
  });

  it('ends early when it is stopped, with what it has', () => {
    const isStopped = { value: false };
    const network: FakeNetwork = new FakeNetwork({
      answer: (request) => ((isStopped.value = network.nowMs > 300), RIGHT.answer(request)),
    });
    const result = runLoop(PLAN, partsOf(PLAN)[0]!, network.world({ isStopped: () => isStopped.value }));
    expect(result.elapsedMs).toBeGreaterThanOrEqual(300);
    expect(result.elapsedMs).toBeLessThan(410);
    expect(result.requests).toBeGreaterThan(250);
    expect(network.connections.size).toBe(0);
  });
});

describe('a request', () => {
  const once: LoadPlan = { ...PLAN, requests: 1 };

  it('is measured in its parts', () => {
    const [count, first] = [answerBytes(0, 10).subarray(0, 4), answerBytes(0, 10).subarray(4)];
    const sums: bigint[] = [];
    const result = run(once, {
      connectMs: 5,
      answer: ({ arrivedMs }) => [at(arrivedMs + 20, count), at(arrivedMs + 70, first)],
      sum: (sum) => sums.push(sum),
    });
    const parts = (['connect', 'count', 'lastPrime', 'done', 'uncorrected'] as const).map((part) =>
      Math.round(summary(result, part).maxMs),
    );
    expect(parts).toEqual([5, 25, 75, 75, 75]);
    expect(sums).toEqual([17n]);
  });

  it('takes an answer that comes byte by byte, with a greeting', () => {
    const bytes = [0x78, ...answerBytes(0, 50)];
    const plan = { ...once, greeting: true, intervals: { kind: 'fixed', interval: [0, 50] } as const };
    const result = run(
      plan,
      {
        greet: (nowMs) => [at(nowMs, Uint8Array.of(bytes[0]!))],
        answer: ({ arrivedMs }) => bytes.slice(1).map((byte, i) => at(arrivedMs + i, Uint8Array.of(byte))),
      },
      { verifier: VERIFIER },
    );
    expect(result).toMatchObject({ requests: 1, errors: {}, bytes: bytes.length });
  });

  it('shares its connection with the next one only with keep-alive', () => {
    const network = new FakeNetwork(RIGHT);
    const plan = { ...PLAN, requests: 10 };
    runLoop({ ...plan, keepAlive: true }, partsOf(plan)[0]!, network.world());
    expect(network.made).toBe(1);
    runLoop(plan, partsOf(plan)[0]!, network.world());
    expect(network.made).toBe(11);
    expect(network.connections.size).toBe(0);
  });

  it('takes a new connection when the server has ended the old one', () => {
    const ending: FakeServer = {
      answer: (request) => [...RIGHT.answer(request), at(request.arrivedMs + 5, new Uint8Array(0))],
    };
    const network = new FakeNetwork(ending);
    const plan: LoadPlan = { ...PLAN, keepAlive: true, model: { kind: 'open', rate: 100, maxClients: 1 } };
    expect(runLoop(plan, partsOf(plan)[0]!, network.world())).toMatchObject({ requests: 100, errors: {} });
    expect(network.made).toBe(100);
  });

  describe('on a kept connection', () => {
    const twice: LoadPlan = { ...PLAN, keepAlive: true, requests: 2, model: { kind: 'closed', clients: 1 } };
    const refusal = int32Bytes([REFUSED.shuttingDown]);
    const end = new Uint8Array(0);

    /** Answers the first request of a connection, and does something else for the second. */
    function once(instead: readonly (Uint8Array | undefined)[]): FakeServer {
      return {
        answer: (request) =>
          request.number === 0 ? RIGHT.answer(request) : instead.map((bytes) => at(request.arrivedMs, bytes)),
      };
    }

    it.each([
      ['ends its sending', [end]],
      ['resets the connection', [undefined]],
      ['says that it shuts down', [refusal]],
    ] as const)('is sent again, once, when the server %s before an answer', (_, instead) => {
      const network = new FakeNetwork(once(instead));
      const result = runLoop(twice, partsOf(twice)[0]!, network.world({ verifier: VERIFIER }));
      expect(result).toMatchObject({ requests: 2, resent: 1, errors: {} });
      expect(network.made).toBe(2);
      expect(network.connections.size).toBe(0);
    });

    it('has the latency of both tries', () => {
      const instead = { answer: ({ arrivedMs }: FakeRequest) => [at(arrivedMs + 30, end)] };
      const server: FakeServer = {
        answer: (request) => (request.number === 0 ? RIGHT : instead).answer(request),
      };
      const result = run(twice, server);
      expect(summary(result, 'done').maxMs).toBeGreaterThan(30);
      expect(summary(result, 'done').maxMs).toBeLessThan(32);
    });

    it.each<[ErrorKind, readonly (Uint8Array | undefined)[]]>([
      ['early-end', [Uint8Array.of(0), end]],
      ['reset', [answerBytes(0, 10).subarray(0, 9), undefined]],
      ['refused-busy', [int32Bytes([REFUSED.busy])]],
    ])('fails by %s when that is not an end between two answers', (kind, instead) => {
      const result = run(twice, once(instead));
      expect(result).toMatchObject({ resent: 0, errors: { [kind]: 1 } });
    });

    it('fails when the new connection ends before an answer too', () => {
      let answers = 0;
      const server: FakeServer = {
        answer: (request) => (answers++ === 0 ? RIGHT.answer(request) : [at(request.arrivedMs, end)]),
      };
      const result = run({ ...twice, requests: undefined, durationMs: 50 }, server);
      expect(result).toMatchObject({ requests: 1, resent: 1, errors: { 'early-end': 1 } });
    });

    it('fails by connect-refused when there is no server for the second try', () => {
      let hasAnswered = false;
      const result = run(
        { ...twice, requests: undefined, durationMs: 50 },
        {
          answer: (request) => {
            hasAnswered = true;
            return once([undefined]).answer(request);
          },
          refuse: () => (hasAnswered ? 'ECONNREFUSED' : undefined),
        },
      );
      expect(result).toMatchObject({ requests: 1, resent: 1, errors: { 'connect-refused': 1 } });
    });
  });

  it('is not confirmed without the sum', () => {
    const sums: bigint[] = [];
    const result = run({ ...once, sendSum: false }, { ...RIGHT, sum: (sum) => sums.push(sum) });
    expect(result.requests).toBe(1);
    expect(sums).toEqual([]);
  });

  const wrongPrimes = int32Bytes([4, 2, 3, 5, 9]);
  const disordered = int32Bytes([4, 2, 5, 3, 7]);
  it.each<[ErrorKind, readonly (Uint8Array | undefined)[]]>([
    ['reset', [undefined]],
    ['early-end', [new Uint8Array(0)]],
    ['early-end', [answerBytes(0, 10).subarray(0, 9), new Uint8Array(0)]],
    ['refused-busy', [int32Bytes([REFUSED.busy])]],
    ['refused-too-wide', [int32Bytes([REFUSED.tooWide])]],
    ['wrong-count', [int32Bytes([-9])]],
    ['wrong-count', [int32Bytes([3, 2, 3, 5])]],
    ['wrong-primes', [wrongPrimes]],
    ['wrong-primes', [disordered]],
    ['unasked-bytes', [Buffer.concat([answerBytes(0, 10), int32Bytes([1])])]],
    ['timeout', []],
  ])('fails by %s when the server says %j', (kind, said) => {
    const answer = ({ arrivedMs }: FakeRequest): readonly Arrival[] => said.map((bytes, i) => at(arrivedMs + i, bytes));
    const result = run({ ...once, timeoutMs: 300 }, { answer }, { verifier: VERIFIER });
    expect(result).toMatchObject({ requests: 0, unfinished: 0, errors: { [kind]: 1 } });
  });

  it('fails by wrong-greeting when the first byte is another', () => {
    const greet = (nowMs: number): readonly Arrival[] => [at(nowMs, Uint8Array.of(1))];
    expect(run({ ...once, greeting: true }, { ...RIGHT, greet })).toMatchObject({ errors: { 'wrong-greeting': 1 } });
  });

  it.each([
    ['EMFILE', 'out-of-descriptors'],
    ['EADDRNOTAVAIL', 'out-of-ports'],
    ['ENETUNREACH', 'connect-failed'],
  ] as const)('fails by the reason when it can not connect: %s', (refused, kind) => {
    expect(run(once, { ...RIGHT, refuse: () => refused })).toMatchObject({ requests: 0, errors: { [kind]: 1 } });
  });

  it('fails by connect-refused when the server has gone, and the run goes on', () => {
    const server: FakeServer = { ...RIGHT, refuse: (nowMs) => (nowMs > 500 ? 'ECONNREFUSED' : undefined) };
    const result = run(PLAN, server);
    expect(result.requests).toBeGreaterThan(400);
    expect(result.errors['connect-refused']).toBeGreaterThanOrEqual(4);
  });

  it('ends the run with a ConnectError when nobody listens from the start', () => {
    expect(() => run(PLAN, { ...RIGHT, refuse: () => 'ECONNREFUSED' })).toThrow(
      'cannot connect to 127.0.0.1:65432: a server must listen there, got ECONNREFUSED',
    );
  });
});

describe('misbehaving clients', () => {
  it('come again after a rest, apart from the good ones', () => {
    const plan: LoadPlan = {
      ...PLAN,
      model: { kind: 'closed', clients: 4 },
      with: [
        { name: 'connect-only', share: 0.25 },
        { name: 'silent', share: 0.25 },
        { name: 'wrong-sum', share: 0.25 },
      ],
      intervals: { kind: 'fixed', interval: [0, 50] },
    };
    const sums: bigint[] = [];
    const network = new FakeNetwork({
      answer: ({ a, b, arrivedMs }) => [
        at(arrivedMs + 1, answerBytes(a, Math.min(b, 50))),
        at(arrivedMs + 2, new Uint8Array(0)),
      ],
      sum: (sum) => sums.push(sum),
    });
    const result = runLoop(plan, partsOf(plan)[0]!, network.world());
    expect(result.perSlot.length).toBe(1);
    expect(result.errors).toEqual({});
    const { 'connect-only': scanner, silent, 'wrong-sum': liar } = result.misbehaving;
    // A visit each 10 ms, and the one that is held until the end.
    expect(scanner!.visits).toBeGreaterThan(95);
    expect(scanner!.visits).toBeLessThanOrEqual(101);
    expect(silent).toEqual({ clients: 1, visits: 1, errors: 0 });
    expect(liar!.visits).toBeGreaterThan(50);
    expect(liar!.errors).toBe(0);
    const right = smallPrimes(0, 50).reduce((sum, prime) => sum + BigInt(prime), 0n);
    expect(new Set(sums)).toEqual(new Set([right, right + 1n]));
    expect(network.connections.size).toBe(0);
  });

  it('count a visit in which the server did not do its part as an error', () => {
    const plan: LoadPlan = {
      ...PLAN,
      model: { kind: 'closed', clients: 2 },
      with: [{ name: 'wrong-sum', share: 0.5 }],
    };
    const result = run(plan, { answer: ({ arrivedMs }) => [at(arrivedMs + 1, int32Bytes([REFUSED.busy]))] });
    expect(result.misbehaving['wrong-sum']).toMatchObject({ clients: 1 });
    // All but the one that was under way at the end.
    expect(result.misbehaving['wrong-sum']!.errors).toBe(result.misbehaving['wrong-sum']!.visits - 1);
    expect(result.misbehaving['wrong-sum']!.visits).toBeGreaterThan(50);
  });
});

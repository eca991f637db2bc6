/** Each mistake is caught, and named by a message of its own. */
import { describe, expect, it } from 'vitest';
import { WRONG_ANSWERS, WRONG_MANNERS } from '../testing/broken-servers.ts';
import { checkServer, failuresOf } from '../testing/check-server.ts';
import { rightAnswer, serve } from '../testing/simple-server.ts';
import type { ReportedFailure } from './check.ts';
import type { ConnectionTimeline } from './timeline.ts';

/** Everything but what needs many connections, which tells nothing about these mistakes and takes long. */
const WITHOUT_ZOO = ['conversation', 'intervals', 'stream', 'concurrency'];
const GROUPS = [...WITHOUT_ZOO, 'zoo'];
/**
 * Checks in which a client makes one request, and those of glued messages. On a busy machine the sum and the next request
 * of any client arrive together, so that a server with that mistake fails in other checks too.
 */
const ONE_REQUEST = ['answer', 'end', 'next-client', 'half-close', 'intervals', 'request-split', 'glued', 'ahead'];
/** For a check that a good answer ends, and that many clients make: other tests run meanwhile. */
const PATIENT = { timeoutMs: 15_000 };
/** For checks that run at the same time as forty others, in one thread: a right answer may take a second or two. */
const BESIDE_OTHERS = { timeoutMs: 12_000 };
/** For checks of answers that take a simple server seconds on a loaded machine. */
const LARGE = { maxWidth: undefined, timeoutMs: 15_000 };

describe.concurrent('lab check', () => {
  it.for<[keyof typeof WRONG_ANSWERS, Record<string, string>, string]>([
    ['drops a prime', { answer: 'missing-prime' }, '109 is missing: expected 5 primes, got 4'],
    ['swaps bytes', { answer: 'byte-order' }, 'N is 5, which is 0x00000005; 0x05000000 came'],
    ['swaps the bytes of primes only', { answer: 'byte-order' }, 'the first prime is 101'],
    ['says a wrong N', { answer: 'wrong-count' }, 'N says 6, but 5 primes came, the right ones'],
    ['does not sort', { answer: 'not-ascending' }, '109 stands behind 113'],
    ['says nothing when N is 0', { empty: 'zero-not-sent' }, 'Asked for [32, 36]: the server sent nothing'],
    ['sends a newline behind an answer', { answer: 'extra-bytes' }, 'the server sent 1 byte more'],
    ['answers with text', { answer: 'text' }, 'the answer is text: "101 103 107 109 113\\n"'],
    ['sends N with 8 bytes', { answer: 'wide-integers' }, 'N has 8 bytes instead of 4'],
    ['sends no N', { answer: 'count-missing' }, 'the answer begins with the first prime, 101'],
    ['leaves b out', { bounds: 'missing-prime' }, '17 is missing'],
    ['takes 1 for a prime', { 'zero-and-one': 'not-a-prime' }, '1 is no prime'],
    ['takes squares for primes', { squares: 'not-a-prime' }, '4 and 9 are no primes'],
    ['reads unsigned bounds', { negative: 'negative-bounds' }, 'expected N = 4; the server says N = 0'],
    ['exchanges reversed bounds', { reversed: 'reversed-interval' }, 'as if it were [100, 120]'],
    ['answers a when a > b', { reversed: 'reversed-interval' }, 'where a > b: the server says N = 1.'],
    ['refuses negative bounds', { negative: 'negative-bounds' }, 'expected N = 4; the server says N = -4'],
    ['refuses everything', { answer: 'refused' }, 'N = -1 (busy)'],
  ])('names a server that %s', async ([mistake, failures, what]) => {
    const report = await checkServer({ answer: WRONG_ANSWERS[mistake] }, GROUPS, BESIDE_OTHERS);
    expect(failuresOf(report)).toEqual(failures);
    expect(report.results.find(({ status }) => status === 'failed')).toHaveProperty(
      'failure.what',
      expect.stringContaining(what),
    );
  });

  it.for<[keyof typeof WRONG_MANNERS, Record<string, string>]>([
    ['serves one client at a time', { 'beside-idle': 'one-client-at-a-time' }],
    ['waits for a request in one read', { 'request-split': 'request-in-one-read' }],
    ['waits for a sum in one read', { 'sum-split': 'sum-in-one-read' }],
    ['drops what is glued to a message', { glued: 'glued-messages' }],
    ['hangs after the first request', { 'next-request': 'one-request-only' }],
    ['never closes', { end: 'never-closes' }],
    ['forgets clients that end early', { 'half-close': 'half-close' }],
    ['mixes clients up', { 'beside-half-request': 'clients-mixed-up' }],
    ['dies when a client resets', { 'zoo-leaves-before-the-request': 'died' }],
  ])('names a server that %s', async ([mistake, failures]) => {
    const zoo = Object.keys(failures).some((name) => name.startsWith('zoo'));
    const groups = zoo ? GROUPS : 'glued' in failures ? ONE_REQUEST : WITHOUT_ZOO;
    expect(failuresOf(await checkServer(WRONG_MANNERS[mistake], groups, BESIDE_OTHERS))).toEqual(failures);
  });

  it.for<[keyof typeof WRONG_ANSWERS, string, string, string]>([
    ['counts integers in int32', 'widest-reversed', 'reversed-interval', 'where a > b: the server says N = 1.'],
    ['never comes to the end of int32', 'largest-prime', 'largest-prime', 'Asked for [2147483647, 2147483647]'],
    [
      'cuts long answers',
      'larger-than-buffers',
      'answer-cut-short',
      'promises 5082416 bytes; the server sent only 1048576',
    ],
    ['spoils long answers', 'larger-than-buffers', 'wrong-answer', 'number 262144 should be '],
  ])('names a server that %s', async ([mistake, name, diagnosis, what]) => {
    const report = await checkServer({ answer: WRONG_ANSWERS[mistake] }, [name], LARGE);
    expect(failuresOf(report)).toEqual({ [name]: diagnosis });
    expect(report.results[0]).toHaveProperty('failure.what', expect.stringContaining(what));
  });

  it.for<[keyof typeof WRONG_MANNERS, string, string]>([
    ['blocks for one that does not read', 'zoo-stalled-reader', 'blocked-by-one-client'],
    ['has no place for a crowd', 'crowd', 'crowd'],
    ['uses itself up', 'many-in-turn', 'leaks'],
  ])('names a server that %s', async ([mistake, name, diagnosis]) => {
    const report = await checkServer(WRONG_MANNERS[mistake], ['answer', name], LARGE);
    expect(failuresOf(report)).toEqual({ [name]: diagnosis });
  });

  it('allows a server to refuse when it is full', async () => {
    expect(failuresOf(await checkServer(WRONG_MANNERS['refuses when it is full'], ['crowd'], PATIENT))).toEqual({});
  });

  it.for<[keyof typeof WRONG_ANSWERS, string]>([
    ['computes wide intervals for ever', 'because the server needs more than 1.5 s for [10, 20000000] (see --timeout)'],
    ['refuses wide intervals', 'because the server refuses [10, 20000000] (N = -4)'],
  ])('asks nothing large of a server that %s', async ([mistake, reason]) => {
    const only = ['larger-than-buffers', 'zoo-stalled-reader'];
    const { results } = await checkServer({ answer: WRONG_ANSWERS[mistake] }, only, { maxWidth: undefined });
    expect(results.map((result) => result.status === 'skipped' && result.reason)).toEqual([reason, reason]);
  });

  it('bears that a server refuses a wide interval, also one that holds a single prime', async () => {
    const server = { answer: WRONG_ANSWERS['refuses wide intervals'] };
    const { results } = await checkServer(server, ['smallest-number'], { maxWidth: undefined });
    expect(results[0]).toMatchObject({
      status: 'skipped',
      reason: 'because the server refuses [-2147483648, 2] (N = -4)',
    });
  });

  it('shows the bytes and what they mean', async () => {
    const { results } = await checkServer({ answer: WRONG_ANSWERS['drops a prime'] }, ['answer']);
    expect(results[0]).toHaveProperty('failure.transcript', [
      { from: 'client', hex: '', meaning: 'connects' },
      { from: 'client', hex: '00 00 00 64 00 00 00 78', meaning: 'a = 100, b = 120' },
      { from: 'server', hex: '00 00 00 04', meaning: 'N = 4' },
      { from: 'server', hex: '00 00 00 65 00 00 00 67', meaning: '101, 103' },
      { from: 'server', hex: '00 00 00 6b 00 00 00 71', meaning: '107, 113' },
      { from: 'server', hex: '', meaning: 'nothing for 1 s' },
    ]);
  });

  it('shows when it happened', async () => {
    const { results } = await checkServer({ answer: WRONG_ANSWERS['drops a prime'] }, ['answer']);
    const [{ failure }] = results as unknown as readonly [{ readonly failure: ReportedFailure }];
    const [{ who, happenings }] = failure.timelines as readonly [ConnectionTimeline];
    expect(who).toBe('');
    expect(happenings.map(({ from, bytes, what }) => [from, bytes, what])).toEqual([
      ['client', 0, 'connects'],
      ['client', 8, ''],
      ['server', 20, ''],
      ['server', 0, 'nothing for 1 s'],
    ]);
    const times = happenings.map(({ atMs }) => atMs);
    expect(times[0]).toBe(0);
    expect(times).toEqual(times.toSorted((one, other) => one - other));
    expect(times[3]! - times[2]!).toBeGreaterThan(990);
  });

  it('skips what comes after the death of a server that it can not start again', async () => {
    const { results } = await checkServer(WRONG_MANNERS['dies when a client resets'], ['zoo-leaves-*', 'crowd']);
    expect(results.map(({ name, status }) => `${name} ${status}`)).toEqual([
      'zoo-leaves-before-the-request failed',
      'zoo-leaves-in-mid-request skipped',
      'zoo-leaves-in-mid-sum skipped',
      'zoo-leaves-after-the-sum skipped',
      'crowd skipped',
    ]);
    expect(results.at(-1)).toHaveProperty(
      'reason',
      'because the server serves nobody since zoo-leaves-before-the-request',
    );
  });

  it('tells a server that greets from one that does not', async () => {
    expect(failuresOf(await checkServer({ greeting: true }, ['answer']))).toEqual({ answer: 'unexpected-greeting' });
    expect(failuresOf(await checkServer({}, ['answer'], { greeting: true }))).toEqual({ answer: 'no-greeting' });
    expect(failuresOf(await checkServer({ greeting: true }, GROUPS, { greeting: true }))).toEqual({});
  });

  it('asks a server without sums for no more than it can', async () => {
    const endsAfterPrimes = {
      serve: (socket: Parameters<typeof serve>[0]) => {
        serve(socket, (a, b) => {
          socket.end(rightAnswer(a, b));
          return Buffer.alloc(0);
        });
      },
    };
    const report = await checkServer(endsAfterPrimes, GROUPS, { sum: false });
    expect(failuresOf(report)).toEqual({});
    expect(report.leftOut).toContainEqual({ name: 'next-request', reason: 'with --no-sum' });
  });
});

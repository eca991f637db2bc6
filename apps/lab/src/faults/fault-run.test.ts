/** The short form of `lab faults`: some faults over two servers, and made-up faults that must be found. */
import { Peer } from '@concurrent-primes/conformance';
import { whyNoProc } from '@concurrent-primes/harness';
import { describe, expect, it } from 'vitest';
import { NEVER } from '../testing/check-server.ts';
import type { Fault } from './fault.ts';
import { untilOver } from './fault-clients.ts';
import { type FaultResult, runFault } from './fault-run.ts';
import { FAULTS } from './faults.ts';

const SECOND_MS = 1000;
const SHORT_MS = 200;
const SERVERS = {
  select: { args: ['select'], threads: 1, threadPerClient: false },
  pool: { args: ['pool', '--threads', '16'], threads: 16, threadPerClient: true },
  net: { args: ['net'], threads: 1, threadPerClient: false },
} as const;

interface Case {
  readonly server?: keyof typeof SERVERS;
  readonly durationMs?: number;
  readonly signal?: AbortSignal;
}

function make(fault: Fault, { server = 'select', durationMs = SHORT_MS, signal = NEVER }: Case): Promise<FaultResult> {
  return runFault({ fault, ...SERVERS[server], durationMs, signal });
}

function madeUp(fault: Partial<Fault>): Fault {
  return { title: 'something', expects: 'something else', cause: untilOver, ...fault };
}

describe.skipIf(whyNoProc() !== undefined)('runFault()', () => {
  it.for([
    ['log-flood', 'select'],
    ['log-flood', 'net'],
    ['log-stuck', 'pool'],
    ['refused-crowd', 'select'],
    ['idle-crowd', 'pool'],
    ['silent-crowd', 'select'],
    ['cut-readers', 'select'],
    ['resets', 'pool'],
    ['signals', 'select'],
    ['accept-eperm', 'pool'],
  ] as const)('%s hurts no good client of %s, and leaves nothing behind', async ([name, server], test) => {
    const fault = FAULTS[name]!;
    const missing = fault.whyNot?.();
    if (missing !== undefined) test.skip(missing);
    const { problems, good, left, ends } = await make(fault, { server, durationMs: SECOND_MS });
    expect(problems).toEqual([]);
    expect(good.requests).toBeGreaterThan(0);
    expect(left).toMatchObject({ descriptors: 0, threads: 0, connections: 0, unsentBytes: 0 });
    expect(ends).toMatchObject([{ code: 0 }]);
  });

  it('restart lets a server finish the answer under way, and leaves nothing behind', async () => {
    const { problems, good, left, ends } = await make(FAULTS['restart']!, { durationMs: SECOND_MS });
    // The kernel resets a connection that is made in the moment in which the listening socket closes.
    expect(problems.filter((line) => !line.includes('on fresh connections: the server reset'))).toEqual([]);
    expect(good.requests).toBeGreaterThan(0);
    expect(left).toMatchObject({ descriptors: 0, threads: 0, connections: 0, unsentBytes: 0 });
    expect(ends).toMatchObject([{ code: 0 }, { code: 0 }]);
  });

  it('tells how many good clients failed, and why', async () => {
    const { problems, good } = await make(madeUp({ args: ['--max-width', '10'] }), {});
    expect(good.requests).toBe(0);
    expect(problems).toEqual([
      expect.stringMatching(/^\d+ requests on fresh connections: the interval is wider than the server allows$/),
      expect.stringMatching(/^\d+ requests on the kept connection: the interval is wider than the server allows$/),
      'no request was answered',
    ]);
  });

  it('does not count a failure that belongs to the fault', async () => {
    const fault = madeUp({ args: ['--max-width', '10'], refuses: ['refused-too-wide'] });
    expect((await make(fault, {})).problems).toEqual(['no request was answered']);
  });

  it('finds what stays behind', async () => {
    const fault = madeUp({
      cause: async ({ port, afterwards }) => {
        afterwards.use(await Peer.connect(port));
      },
    });
    const { problems, left } = await make(fault, {});
    expect(left).toMatchObject({ descriptors: 1, threads: 0, connections: 1 });
    expect(problems).toEqual([
      expect.stringMatching(/^expected \d+ descriptors and \d+ threads, got .*; new: fd socket:.*, 5 s later$/),
      'expected no connections, 5 s later the kernel keeps 1 with 0.0 MiB that nobody has taken',
    ]);
  });

  it('finds that a server has ended', async () => {
    const fault = madeUp({
      cause: ({ pid }) => {
        process.kill(pid, 'SIGKILL');
        return Promise.resolve();
      },
    });
    const { problems, left, ends } = await make(fault, {});
    expect(left).toBeUndefined();
    expect(ends).toEqual([{ code: undefined, stopMs: undefined }]);
    expect(problems.at(-1)).toMatch(
      /^the server must end with exit code 0 after SIGTERM, it was killed before SIGTERM/,
    );
  });

  it("tells what a fault's own good client saw", async () => {
    const fault = madeUp({ cause: () => Promise.reject(new Error('wrong sum')) });
    expect((await make(fault, {})).problems).toEqual(['wrong sum']);
  });

  it('leaves no process when it is interrupted', async () => {
    const interrupt = new AbortController();
    let pid = 0;
    const fault = madeUp({
      cause: (scene) => {
        pid = scene.pid;
        interrupt.abort(new Error('interrupted'));
        return untilOver(scene);
      },
    });
    await expect(make(fault, { signal: interrupt.signal })).rejects.toThrow('interrupted');
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  });
});

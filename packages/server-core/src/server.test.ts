import { readFileSync } from 'node:fs';
import { ECHO_OUTCOMES, echoSessions, throughout, within } from '@concurrent-primes/fixtures';
import { type Socket, WRITE, connect, createSelector, isExhausted, listen } from '@concurrent-primes/sockets';
import { describe, expect, it } from 'vitest';
import { CUT, DRAIN, type Order } from './control.ts';
import { DEFAULT_BACKLOG, type ServerOptions, checkServerOptions } from './server-options.ts';
import { Server } from './server.ts';
import type { WaitingThreadData } from './testing/waiting-thread.ts';

const WAITING_THREAD = new URL('./testing/waiting-thread.ts', import.meta.url);
const DEADLINE_MS = 60_000;
/** A drain timeout longer than the test's: a test that waits for it fails. */
const LONG_MS = 60_000;

const OPTIONS: ServerOptions = {
  host: '127.0.0.1',
  port: 65432,
  sessions: echoSessions(),
};

/** A call of an architecture. */
type Event = Order | 'leave' | 'release';

/** Starts one thread for each element; records orders and release in `events`, the ends of threads in `ends`. */
function start(
  threads: readonly WaitingThreadData[],
  events: Event[] = [],
  options = OPTIONS,
  ends: string[] = [],
  isShared = false,
): Promise<Server> {
  const server = Server.start(
    {
      host: '127.0.0.1',
      port: 4711,
      threads: threads.map((data, index) => ({
        name: `thread-${index}`,
        entry: WAITING_THREAD,
        data,
        ended: (served) => ends.push(`thread-${index} ${served ? 'served' : 'never served'}`),
      })),
      ...(isShared && { leave: () => events.push('leave') }),
      wake: (order) => events.push(order),
      release: () => events.push('release'),
    },
    options,
  );
  return within(server, DEADLINE_MS, 'start() to settle');
}

function stop(server: Server, drainTimeoutMs?: number, leaveMs?: number): Promise<void> {
  const options = leaveMs === undefined ? {} : { leaveMs };
  return within(server.stop(drainTimeoutMs, options), DEADLINE_MS, 'stop() to settle');
}

describe('start', () => {
  it('start() resolves with the address of the architecture when every thread serves', async () => {
    const server = await start([{}, {}]);
    expect([server.host, server.port]).toEqual(['127.0.0.1', 4711]);
    expect(Object.keys(server.tally())).toEqual([
      'connections',
      'connections-closed',
      'evicted',
      'session-failures',
      ...ECHO_OUTCOMES,
    ]);
    await stop(server);
  });

  it('measured() and queueLength() are undefined when nobody measures and there is no queue', async () => {
    const server = await start([{}]);
    expect([server.measured(), server.queueLength(), server.accepting]).toEqual([undefined, undefined, true]);
    const stopped = stop(server);
    expect(server.accepting).toBe(false);
    await stopped;
  });

  it('measured() has what the threads do, until they have ended', async () => {
    const server = await start([{}, {}], [], { ...OPTIONS, measure: true });
    expect(server.measured()).toMatchObject({ bytesSent: 0, threads: { running: 2, select: 0 } });
    await stop(server);
    expect(server.measured()).toMatchObject({ threads: { running: 0, select: 0 } });
  });

  it('start() passes notices on, even before a thread is ready', async () => {
    const texts: string[] = [];
    const server = await start([{ notices: ['one', 'two'] }], [], { ...OPTIONS, onNotice: (text) => texts.push(text) });
    await stop(server);
    expect(texts).toEqual(['one', 'two']);
  });

  it('rehearse() refuses a client that is not counted', async () => {
    const texts: string[] = [];
    const server = await start([{ rehearses: true }], [], {
      ...OPTIONS,
      reportedOutcomes: ECHO_OUTCOMES,
      onNotice: (text) => texts.push(text),
      onReport: ({ session }) => texts.push(session.outcome),
    });
    expect(new Set(Object.values(server.tally()))).toEqual(new Set([0]));
    await stop(server);
    expect(texts).toEqual(['send, receive']);
  });

  it('start() rejects with the error of a thread, after all others have ended, when one throws at its start', async () => {
    const events: Event[] = [];
    const threads = [{ stalls: true }, { throwAtStart: 'no memory left' }, { stalls: true }];
    await expect(start(threads, events)).rejects.toThrow('no memory left');
    expect(events).toEqual([CUT, 'release']);
  });

  it('start() rejects, after earlier threads have ended, when a thread can not be created', async () => {
    const events: Event[] = [];
    const ends: string[] = [];
    const unclonable = { notices: [(() => undefined) as unknown as string] };
    await expect(start([{ stalls: true }, unclonable, {}], events, OPTIONS, ends)).rejects.toThrow(
      'could not be cloned',
    );
    expect(events).toEqual([CUT, 'release']);
    // The last one was never created; the first one may have served before it saw the order.
    expect(ends.slice(0, 2)).toEqual(['thread-1 never served', 'thread-2 never served']);
    expect(ends[2]).toMatch(/^thread-0 /);
  });

  it('start() rejects, after all others have ended, when a thread ends without an error before it serves', async () => {
    const events: Event[] = [];
    const ends: string[] = [];
    await expect(start([{ stalls: true }, { endsAtStart: true }], events, OPTIONS, ends)).rejects.toThrow(
      'cannot serve: thread thread-1 must run until it is told to stop, got exit code 0',
    );
    expect(events).toEqual([CUT, 'release']);
    expect(ends).toHaveLength(2);
    expect(ends).toContain('thread-1 never served');
  });

  it('start() rejects when the session module has no createSessions()', async () => {
    const events: Event[] = [];
    const sessions = { ...echoSessions(), module: 'data:text/javascript,export default 1' };
    const started = start([{}, {}], events, { ...OPTIONS, sessions });
    await expect(started).rejects.toThrow('the module must export createSessions()');
    expect(events).toEqual([CUT, 'release']);
  });
});

describe('stop', () => {
  it('stop() orders DRAIN and resolves when every thread has ended', async () => {
    const events: Event[] = [];
    const server = await start([{}, {}], events);
    expect(await Promise.race([server.closed, Promise.resolve('pending')])).toBe('pending');
    await stop(server, LONG_MS);
    expect(events).toEqual([DRAIN, 'release']);
    await expect(server.closed).resolves.toBeUndefined();
  });

  it('stop() orders CUT after the drain timeout', async () => {
    const events: Event[] = [];
    const server = await start([{ stalls: true }, {}], events);
    await stop(server, 1);
    expect(events).toEqual([DRAIN, CUT, 'release']);
  });

  it('stop() shortens the wait when called again with a shorter timeout', async () => {
    const events: Event[] = [];
    const server = await start([{ stalls: true }], events);
    const first = stop(server, LONG_MS);
    await stop(server, 0);
    await first;
    expect(events).toEqual([DRAIN, CUT, 'release']);
  });

  it.for([LONG_MS, Infinity, 2 ** 31])(
    'stop() does not cut early when the drain timeout is %d ms',
    async (drainTimeoutMs) => {
      const events: Event[] = [];
      const server = await start([{ stalls: true }], events);
      const stopping = stop(server, drainTimeoutMs);
      await throughout(() => {
        expect(events).toEqual([DRAIN]);
      }, 20);
      await stop(server, 0);
      await stopping;
    },
  );

  it('stop() leaves a shared listening socket first, and gives no order when the threads end then', async () => {
    const events: Event[] = [];
    const server = await start([{}, {}], events, OPTIONS, [], true);
    await stop(server, LONG_MS, LONG_MS);
    expect(events).toEqual(['leave', 'release']);
    await stop(server);
    expect(events).toEqual(['leave', 'release']);
  });

  it('stop() orders DRAIN to threads that still have clients after they left a shared listening socket', async () => {
    const events: Event[] = [];
    const server = await start([{ stays: true }], events, OPTIONS, [], true);
    await stop(server, LONG_MS);
    expect(events).toEqual(['leave', DRAIN, 'release']);
  });

  it.for([0, 1])('stop() leaves a shared listening socket before it cuts after %d ms', async (drainTimeoutMs) => {
    const events: Event[] = [];
    const server = await start([{ stays: true, stalls: true }], events, OPTIONS, [], true);
    await stop(server, drainTimeoutMs);
    expect(events).toEqual(['leave', DRAIN, CUT, 'release']);
  });

  it('a thread that fails makes the others leave a shared listening socket', async () => {
    const events: Event[] = [];
    const throwWhen = new SharedArrayBuffer(4);
    const server = await start([{ throwWhen }, { stays: true }], events, OPTIONS, [], true);
    const words = new Int32Array(throwWhen);
    Atomics.store(words, 0, 1);
    Atomics.notify(words, 0);
    await expect(within(server.closed, DEADLINE_MS, 'the end')).rejects.toThrow('failed while it served');
    expect(events).toEqual(['leave', CUT, 'release']);
  });

  it('stop() does nothing when the server has stopped', async () => {
    const events: Event[] = [];
    const server = await start([{}], events);
    await stop(server);
    await stop(server);
    expect(events).toEqual([DRAIN, 'release']);
  });
});

describe('closed', () => {
  it('closed rejects with the error of a thread, after the others were cut, when one fails while it serves', async () => {
    const events: Event[] = [];
    const throwWhen = new SharedArrayBuffer(4);
    const server = await start([{ stalls: true }, { throwWhen }], events);
    Atomics.store(new Int32Array(throwWhen), 0, 1);
    Atomics.notify(new Int32Array(throwWhen), 0);
    const closed = within(server.closed, DEADLINE_MS, 'the server to close');
    await expect(closed).rejects.toThrow('failed while it served');
    expect(events).toEqual([CUT, 'release']);
    await expect(stop(server)).rejects.toThrow('failed while it served');
    expect(events).toEqual([CUT, 'release']);
  });

  it('closed rejects, after the others were cut, when a thread ends without an order', async () => {
    const events: Event[] = [];
    const ends: string[] = [];
    const endWhen = new SharedArrayBuffer(4);
    const server = await start([{ stalls: true }, { endWhen }], events, OPTIONS, ends);
    Atomics.store(new Int32Array(endWhen), 0, 1);
    Atomics.notify(new Int32Array(endWhen), 0);
    const closed = within(server.closed, DEADLINE_MS, 'the server to close');
    await expect(closed).rejects.toThrow(
      'cannot serve: thread thread-1 must run until it is told to stop, got exit code 0',
    );
    expect(events).toEqual([CUT, 'release']);
    expect(ends).toEqual(['thread-1 served', 'thread-0 served']);
  });

  it('closed rejects when a thread calls failed(), and waits for that thread too', async () => {
    const events: Event[] = [];
    const server = await start([{ failed: 'no way on', stalls: true }, {}], events);
    const closed = within(server.closed, DEADLINE_MS, 'the server to close');
    await expect(closed).rejects.toThrow('no way on');
    expect(events).toEqual([CUT, 'release']);
  });
});

describe('checkServerOptions', () => {
  it('checkServerOptions() throws a TypeError that names an unknown option', () => {
    const options = { ...OPTIONS, quanta: 1 } as ServerOptions;
    expect(() => {
      checkServerOptions(options, ['quantum']);
    }).toThrow(/^cannot start a server: its options are host, port, .*, onNotice, quantum, got quanta$/);
  });

  it.for([
    [{ maxClients: 0 }, 'maxClients must be an integer from 1, got 0'],
    [{ maxClients: 1.5 }, 'maxClients must be an integer from 1, got 1.5'],
    [{ backlog: 65_536 }, 'backlog must be an integer from 1 to 65535, got 65536'],
    [{ timeoutsMs: { idle: 0 } }, 'cannot limit the phase idle'],
  ] as const)('checkServerOptions() throws a RangeError when a value is out of range: %j', ([wrong, message]) => {
    expect(() => {
      checkServerOptions({ ...OPTIONS, ...wrong }, []);
    }).toThrow(message);
  });
});

describe('DEFAULT_BACKLOG', () => {
  /** More than a backlog of 1024 holds, and less than Linux allows by default. */
  const CLIENTS = 1500;

  /** Why the kernel can't hold that many waiting connections; undefined when it can. */
  function queueTooShort(): string | undefined {
    if (process.platform !== 'linux') return 'this test reads /proc, which Linux has';
    const longest = Number(readFileSync('/proc/sys/net/core/somaxconn', 'utf8'));
    return longest >= CLIENTS ? undefined : `this test needs net.core.somaxconn ${CLIENTS}, got ${longest}`;
  }

  /** Returns how many clients get connected; waits for those that have to retry. */
  function connected(clients: readonly Socket[]): number {
    const selector = createSelector('poll');
    for (const { descriptor } of clients) selector.register(descriptor, WRITE);
    try {
      while (selector.size > 0) {
        const { count, descriptors } = selector.select(DEADLINE_MS);
        if (count === 0) break;
        for (const descriptor of descriptors.subarray(0, count)) selector.unregister(descriptor);
      }
      return clients.length - selector.size;
    } finally {
      selector.close();
    }
  }

  it('DEFAULT_BACKLOG lets 1500 clients connect when the server does not accept', (test) => {
    const reason = queueTooShort();
    if (reason !== undefined) test.skip(reason);
    const listener = listen({ host: '127.0.0.1', port: 0, backlog: DEFAULT_BACKLOG });
    const clients: Socket[] = [];
    try {
      const address = { ...listener.localAddress(), nonBlocking: true };
      for (let index = 0; index < CLIENTS; index += 1) clients.push(connect(address));
      expect(connected(clients)).toBe(CLIENTS);
    } catch (error) {
      if (isExhausted(error)) test.skip(`this test needs ${CLIENTS} descriptors: ${error.message}`);
      throw error;
    } finally {
      // First, so that the connections are reset and none is left in TIME_WAIT.
      listener.close();
      for (const client of clients) client.close();
    }
  });
});

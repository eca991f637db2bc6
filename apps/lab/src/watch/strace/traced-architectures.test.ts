/** Servers of many architectures under real strace: each is shown as what it is. */
import { type State, type ThreadRole, waitingOf } from '@concurrent-primes/trace';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { NO_TRACED_PYTHON, watchedState } from '../../testing/watched-command.ts';
import { whyNoStrace } from './traced-command.ts';

const PYTHON_SERVER = fileURLToPath(new URL('../../testing/traced_server.py', import.meta.url));
const NODE_SERVER = fileURLToPath(new URL('../../testing/node-server.js', import.meta.url));
const NO_STRACE = whyNoStrace();

const CLIENTS = ['-t', '2', '--with', 'silent'];
/** As many silent clients as threads. */
const STARVED = ['-t', '2', '--with', 'silent,silent,silent'];

function watchedStyle(style: string, isDone: (state: State) => boolean, args = CLIENTS): Promise<State> {
  return watchedState(`exec python3 ${PYTHON_SERVER} {port} ${style}`, isDone, ...args);
}

function countOf({ threads }: State, role: ThreadRole): number {
  return threads.filter(({ info }) => info.role === role).length;
}

/** What the clients that have said nothing wait for. */
function silentWaits(state: State): string[] {
  const silent = [...state.clients.values()].filter(({ place, stage, bytesGot }) => {
    return place !== 'gone' && place !== 'queue' && stage === 'request' && bytesGot === 0;
  });
  return silent.map((client) => waitingOf(state, client).kind);
}

/** Some exchanges are complete, and the silent client is known to wait for itself. */
function isServing(state: State): boolean {
  return state.totals.sums >= 4 && state.totals.closed >= 2 && silentWaits(state).includes('itself');
}

describe.skipIf(NO_TRACED_PYTHON !== undefined)(`loops (${NO_TRACED_PYTHON ?? 'strace and python3 are here'})`, () => {
  it.for([['poll'], ['epoll']] as const)('%s: one loop is one lane', async ([name]) => {
    const state = await watchedStyle(name, isServing);
    expect(state.server).toMatchObject({ architecture: 'loop', name });
    expect(state.threads.map(({ info }) => info.role)).toEqual(['loop']);
  });

  it('two loops behind a thread that accepts are a lane each', async () => {
    const bothWork = ({ threads }: State): boolean => threads.filter(({ turn }) => turn > 2).length === 2;
    const state = await watchedStyle('loops', (now) => isServing(now) && bothWork(now));
    expect(state.server).toMatchObject({ architecture: 'loop', name: 'epoll' });
    expect([countOf(state, 'accept'), countOf(state, 'loop')]).toEqual([1, 2]);
    for (const { place, thread } of state.clients.values()) {
      if (place === 'loop') expect(state.threads[thread]!.info.role).toBe('loop');
    }
  });

  it('two loops that share a listening socket are a lane each', async () => {
    const state = await watchedStyle('selects', (now) => isServing(now) && countOf(now, 'loop') === 2);
    expect(state.server).toMatchObject({ architecture: 'loop', name: 'select' });
    expect(countOf(state, 'accept')).toBe(0);
  });
});

describe.skipIf(NO_TRACED_PYTHON !== undefined)(`pools (${NO_TRACED_PYTHON ?? 'strace and python3 are here'})`, () => {
  it.for([
    ['acceptors', 'threads'],
    ['prefork', 'processes'],
  ] as const)('%s: each thread accepts its own clients', async ([style, name]) => {
    const state = await watchedStyle(style, (now) => isServing(now) && countOf(now, 'pool') === 3);
    expect(state.server).toMatchObject({ architecture: 'pool', name });
    expect(countOf(state, 'accept')).toBe(0);
  });

  it('acceptors that all have clients leave the others in the backlog', async () => {
    const isStarving = (state: State): boolean => state.backlog.length === 2 && silentWaits(state).length === 3;
    const { totals, threads } = await watchedStyle('acceptors', isStarving, STARVED);
    expect(totals.sums).toBe(0);
    expect(threads.map(({ client }) => client)).toEqual(expect.arrayContaining([1, 2, 3]));
  });

  it('threads that wait for a queue have lanes before they serve', async () => {
    const state = await watchedStyle('queue', isServing);
    expect(state.server).toMatchObject({ architecture: 'pool', name: 'threads' });
    expect([countOf(state, 'accept'), countOf(state, 'pool')]).toEqual([1, 3]);
  });

  it.for([['queue'], ['executor']] as const)(
    '%s: clients wait for another one when all threads are taken',
    async ([style]) => {
      const isStarving = (state: State): boolean =>
        state.queue.length === 2 &&
        state.queue.every((ordinal) => waitingOf(state, state.clients.get(ordinal)!).kind === 'another') &&
        silentWaits(state).filter((kind) => kind === 'itself').length === 3;
      const state = await watchedStyle(style, isStarving, STARVED);
      expect(countOf(state, 'pool')).toBe(3);
    },
  );

  it('threads that poll before they block are no loops', async () => {
    const { server } = await watchedStyle('timeouts', isServing);
    expect(server).toMatchObject({ architecture: 'pool', name: 'threads', options: { threadPerClient: true } });
  });

  it.for([['fork'], ['killed']] as const)(
    '%s: a connection ends with the process that has not closed it',
    async ([style]) => {
      const { server } = await watchedStyle(style, isServing);
      expect(server).toMatchObject({ architecture: 'pool', name: 'processes', options: { threadPerClient: true } });
    },
  );

  it('a client is followed to the copy of its descriptor', async () => {
    const isDone = ({ totals }: State): boolean => totals.sums >= 3 && totals.closed >= 2;
    const { server } = await watchedStyle('dup', isDone, ['-t', '2']);
    expect(server.name).toBe('one thread');
  });
});

it("Node's own loop is one lane", async (test) => {
  if (NO_STRACE !== undefined) test.skip(NO_STRACE);
  const state = await watchedState(`exec ${process.execPath} ${NODE_SERVER} {port}`, isServing, ...CLIENTS);
  expect(state.server).toMatchObject({ architecture: 'loop', name: 'epoll' });
  expect(state.threads.map(({ info }) => info.role)).toEqual(['loop']);
});

/** The machine of each architecture: its stations in the order of the work, and which client is where. */
import { clientName, type State, type ThreadState } from '@concurrent-primes/trace';
import { currentLoop, currentThread, loopCount, threadName } from './calls.ts';
import { outsideMachine } from './outside.ts';
import type { Chip, Machine, Station } from './picture.ts';
import { MOST_ROWS } from './rows.ts';
import { selectorCall } from './sentence.ts';
import type { Standings } from './standing.ts';
import { count, number } from './words.ts';

/** The most chips in a station; more are counted. */
const MOST_CHIPS = 6;
/** The longest list of names in a chip. */
const MOST_CHARACTERS = 20;
/** The same among many clients. */
const MOST_IN_CROWD = 5;

/** A pool with more threads is drawn as a map of its threads. */
export const MOST_STATIONS = 6;

const ARROW = { words: '' };
const WAITS_FOR = { words: 'waits for' };
const NONE: readonly Chip[] = [{ text: 'none', look: 'room' }];

/** The machine of a state; none for a pool with many threads. */
export function machineOf(state: State, standings: Standings): Machine | undefined {
  switch (state.server.architecture) {
    case 'loop':
      return loopMachine(state, standings);
    case 'pool':
      return poolMachine(state, standings);
    case 'net':
      return netMachine(state, standings);
    case 'clients':
      return outsideMachine(state, standings);
  }
}

function loopMachine(state: State, { present }: Standings): Machine | undefined {
  const thread = currentLoop(state);
  if (thread === undefined) return undefined;
  const mine = present.filter(({ client }) => client.thread === thread.info.index).map(({ client }) => client);
  const called = (kind: string): Set<number> =>
    new Set(thread.calls.filter((call) => call.kind === kind && !call.unasked).map(({ client }) => client));
  const readable = mine.filter(({ interest }) => interest === 'read').map(({ ordinal }) => ordinal);
  const writable = mine.filter(({ interest }) => interest === 'write').map(({ ordinal }) => ordinal);
  const unasked = thread.calls.filter(({ kind, unasked }) => kind === 'send' && unasked).map(({ client }) => client);
  const computing = thread.calls
    .filter(({ kind, client }) => kind === 'work' && !unasked.includes(client))
    .map(({ client }) => client);
  const accepted = thread.calls.filter(({ kind }) => kind === 'accept').map(({ client }) => client);
  const integers = Math.floor(thread.quantumBytes / 4);
  const outNote =
    integers === 0 ? 'one send each' : `one send each, ${integers === 1 ? '1 integer' : `up to ${number(integers)}`}`;
  const loops = loopCount(state);
  const longest = present.length > MOST_ROWS ? MOST_IN_CROWD : MOST_CHARACTERS;
  return {
    title:
      loops > 1 ? `${thread.info.name}, one of ${count(loops, 'loop')}` : 'The loop: one thread serves all clients',
    back: 'next turn',
    caveat: undefined,
    stations: [
      {
        title: selectorCall(state),
        note: 'these are watched',
        help: `The loop blocks only here, until one of these sockets is ready. ▼: can bytes be read? ▲: can bytes be written?`,
        chips: [
          watched('▼', true, readable, 'in', longest),
          ...(writable.length > 0 ? [watched('▲', false, writable, 'out', longest)] : []),
        ],
        look: 'quiet',
        link: undefined,
      },
      {
        title: 'inready',
        note: 'one recv each',
        help: 'The sockets that can be read. Each gets one recv(), which returns at once.',
        chips: readyChips(thread.inready, called('recv'), '▼', 'in'),
        look: thread.inready.length > 0 ? 'busy' : 'quiet',
        link: ARROW,
      },
      {
        title: 'outready',
        note: outNote,
        help: 'The sockets that can be written. Each gets one send() of at most this many integers, so that no client is served for long.',
        chips: readyChips(thread.outready, called('send'), '▲', 'out'),
        look: thread.outready.length > 0 ? 'busy' : 'quiet',
        link: ARROW,
      },
      {
        title: 'work',
        note: 'count N, send it at once',
        help: 'New requests are computed, a slice each. The first send of an answer doesn’t ask select: it usually fits.',
        chips: some([...chipsOf(unasked, '▲ ', 'out'), ...chipsOf(computing, '', 'plain')]),
        look: unasked.length + computing.length > 0 ? 'busy' : 'quiet',
        link: ARROW,
      },
      {
        title: 's0 ready?',
        note: 'accept',
        help: 's0 is the listening socket. It is readable when a client has connected: accept() gives the client its own socket.',
        chips: thread.s0Ready
          ? accepted.length > 0
            ? chipsOf(accepted, '+ ', 'plain')
            : [{ text: '▼ s0', look: 'in', due: true }]
          : [{ text: 'no', look: 'room' }],
        look: thread.s0Ready ? 'busy' : 'quiet',
        link: ARROW,
      },
    ],
  };
}

function watched(sign: string, s0: boolean, ordinals: readonly number[], look: 'in' | 'out', longest: number): Chip {
  const names = [...(s0 ? ['s0'] : []), ...runsOf(ordinals)];
  if (names.join(' ').length <= longest) return { text: `${sign} ${names.join(' ')}`, look };
  return { text: `${sign} ${number(ordinals.length + (s0 ? 1 : 0))}`, look };
}

/** Names, where at least three in a row are one: `s1–s4 s7`. */
function runsOf(ordinals: readonly number[]): readonly string[] {
  const sorted = [...ordinals].sort((one, other) => one - other);
  const runs: [first: number, last: number][] = [];
  for (const ordinal of sorted) {
    const run = runs.at(-1);
    if (run?.[1] === ordinal - 1) run[1] = ordinal;
    else runs.push([ordinal, ordinal]);
  }
  return runs.flatMap(([first, last]) => {
    if (last === first) return [clientName(first)];
    return last === first + 1 ? [clientName(first), clientName(last)] : [`${clientName(first)}–${clientName(last)}`];
  });
}

function readyChips(
  ready: readonly number[],
  called: ReadonlySet<number>,
  sign: string,
  look: 'in' | 'out',
): readonly Chip[] {
  const chip = (text: string, due: boolean): Chip => ({ text: `${sign} ${text}`, look, due });
  if (ready.length <= MOST_CHIPS) return some(ready.map((ordinal) => chip(clientName(ordinal), !called.has(ordinal))));
  const parts = [true, false].map((made) => ready.filter((ordinal) => called.has(ordinal) === made));
  const runs = parts.map(runsOf);
  if (runs.flat().length <= 4) return runs.flatMap((names, index) => names.map((name) => chip(name, index === 1)));
  return parts.flatMap((part, index) =>
    part.length === 0 ? [] : [chip(number(part.length) + (index === 1 ? ' due' : ''), index === 1)],
  );
}

function chipsOf(ordinals: readonly number[], sign: string, look: Chip['look']): Chip[] {
  const runs = runsOf(ordinals);
  if (ordinals.length > MOST_CHIPS && runs.length <= 2) return runs.map((run) => ({ text: `${sign}${run}`, look }));
  if (ordinals.length > MOST_CHIPS) return [{ text: `${sign}${number(ordinals.length)}`, look }];
  return ordinals.map((ordinal) => ({ text: `${sign}${clientName(ordinal)}`, look }));
}

function some(chips: readonly Chip[]): readonly Chip[] {
  return chips.length > 0 ? chips : NONE;
}

function poolMachine(state: State, standings: Standings): Machine | undefined {
  const threads = state.threads.filter(({ info }) => info.role === 'pool');
  const accepting = state.threads.find(({ info }) => info.role === 'accept');
  const { backlog } = state;
  const stations: Station[] = [
    {
      title: 'Backlog',
      note: 'in the kernel',
      help: 'Clients that have connected and that no accept() has fetched. The server doesn’t know them; the kernel only tells how many.',
      chips: [
        backlog.length > 0
          ? { text: `${number(backlog.length)} more`, look: standings.stuckInBacklog > 0 ? 'other' : 'plain' }
          : { text: 'empty', look: 'room' },
      ],
      look: 'quiet',
      link: undefined,
    },
    ...(accepting === undefined ? [] : acceptStations(state, standings, accepting)),
  ];
  const shown = threads.length > MOST_STATIONS ? [] : threads;
  return {
    title: 'The pool: each client has a thread for itself, if one is free',
    back: undefined,
    caveat: undefined,
    stations: [
      ...stations,
      ...shown.map((thread, index) => threadStation(thread, index === 0, accepting === undefined)),
    ],
  };
}

/** The thread that accepts for all others, and the queue between them. */
function acceptStations(state: State, standings: Standings, accepting: ThreadState): Station[] {
  const capacity = state.server.options.queueCapacity;
  const { hand } = state;
  return [
    {
      title: 'Accept thread',
      note: acceptNote(accepting, hand),
      help: 'One thread accepts connections and puts each into the queue. While the queue is full it blocks, and accepts no client.',
      chips: [
        hand !== undefined
          ? { text: clientName(hand), look: 'other' }
          : { text: accepting.blocked?.call === 'put' ? 'busy' : 'free', look: 'room' },
      ],
      look: hand === undefined && accepting.blocked?.call !== 'put' ? 'quiet' : 'held',
      link: WAITS_FOR,
    },
    {
      title: 'Queue',
      note:
        capacity === undefined
          ? count(state.queue.length, 'client')
          : `${number(state.queue.length)} of ${count(capacity, 'place')} taken`,
      help: 'Accepted clients that no thread serves. First in, first out.',
      chips: queueChips(state, standings, capacity),
      look: 'quiet',
      link: WAITS_FOR,
    },
  ];
}

function acceptNote({ blocked, known }: ThreadState, hand: number | undefined): string {
  if (hand !== undefined || blocked?.call === 'put') return 'blocked: queue is full';
  if (blocked?.call === 'accept') return 'blocked in accept';
  return !known ? 'unknown' : 'waits for clients';
}

function queueChips({ queue }: State, standings: Standings, capacity = 0): readonly Chip[] {
  const waits = new Set(standings.of('another').map(({ client }) => client.ordinal));
  const chips: Chip[] = queue
    .slice(0, MOST_CHIPS)
    .map((ordinal) => ({ text: clientName(ordinal), look: waits.has(ordinal) ? 'other' : 'plain' }));
  if (queue.length > MOST_CHIPS) chips.push({ text: `${number(queue.length - MOST_CHIPS)} more`, look: 'other' });
  const free = Math.max(0, capacity - queue.length);
  if (capacity <= MOST_CHIPS) for (let place = 0; place < free; place++) chips.push({ text: 'free', look: 'room' });
  else if (free > 0) chips.push({ text: `${number(free)} free`, look: 'room' });
  return chips;
}

function threadStation(thread: ThreadState, first: boolean, accepts: boolean): Station {
  const { client, blocked, known } = thread;
  const waits = client === undefined || blocked === undefined ? undefined : blocked.call;
  return {
    title: threadName(thread),
    note: !known
      ? 'unknown'
      : client === undefined
        ? accepts
          ? acceptNote(thread, undefined)
          : 'waits for the queue'
        : waits === undefined
          ? 'runs'
          : `blocked in ${waits}`,
    help: accepts
      ? 'This thread accepts a client, and serves this one client until the client leaves. Then it accepts the next one.'
      : 'A pool thread. It takes a client from the queue, and serves this one client until the client leaves.',
    chips: [client === undefined ? { text: 'free', look: 'room' } : { text: clientName(client), look: 'plain' }],
    look: client === undefined ? 'quiet' : waits === undefined ? 'busy' : 'held',
    link: first ? WAITS_FOR : 'beside',
  };
}

function netMachine(state: State, { present }: Standings): Machine | undefined {
  const thread = currentThread(state);
  if (thread === undefined) return undefined;
  const of = (...kinds: string[]): number[] => [
    ...new Set(thread.calls.filter(({ kind }) => kinds.includes(kind)).map(({ client }) => client)),
  ];
  const stations: Station[] = [
    {
      title: 'libuv',
      note: 'asks the kernel; hidden',
      help: 'Node’s own loop asks the kernel which sockets are ready, with epoll. It doesn’t tell which, so this page can’t show it.',
      chips: [{ text: count(present.length + 1, 'socket'), look: 'plain' }],
      look: 'quiet',
      link: undefined,
    },
    {
      title: 'on data, on end',
      note: 'bytes are handed over',
      help: 'Node has read a chunk of bytes, and hands it over in a callback.',
      chips: some(chipsOf(of('recv'), '▼ ', 'in')),
      look: of('recv').length > 0 ? 'busy' : 'quiet',
      link: ARROW,
    },
    {
      title: 'work',
      note: 'count N, a slice at a time',
      help: 'Computing blocks the only thread, so it happens in slices with setImmediate() between them.',
      chips: some(chipsOf(of('work'), '', 'plain')),
      look: of('work').length > 0 ? 'busy' : 'quiet',
      link: ARROW,
    },
    {
      title: 'write',
      note: 'Node sends, now or later',
      help: 'socket.write() gives bytes to Node. Its callback says that the kernel has taken them.',
      chips: some(chipsOf(of('send'), '▲ ', 'out')),
      look: of('send').length > 0 ? 'busy' : 'quiet',
      link: ARROW,
    },
    {
      title: 'on connection, on close',
      note: 'clients come and leave',
      help: 'Node has accepted a connection, or a connection has ended.',
      chips: some([...chipsOf(of('accept'), '+ ', 'plain'), ...chipsOf(of('close'), '× ', 'plain')]),
      look: of('accept', 'close').length > 0 ? 'busy' : 'quiet',
      link: ARROW,
    },
  ];
  return {
    title: 'Node’s event loop: one thread, and callbacks',
    back: 'next callback',
    stations,
    caveat: 'This page shows the callbacks of Node’s event loop. The system calls inside libuv stay hidden.',
  };
}

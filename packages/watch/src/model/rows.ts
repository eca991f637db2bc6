/** The rows: one a client while there are few; otherwise those worth keeping in view. */
import { type CallState, type ClientState, clientName, type State } from '@concurrent-primes/trace';
import { currentCalls, currentLoop, loopCount, threadName } from './calls.ts';
import { outsideReason } from './outside.ts';
import type { Row, StripPart } from './picture.ts';
import { reasonOf } from './reasons.ts';
import type { Standing, Standings } from './standing.ts';
import { countsOf, stripOf } from './strip.ts';
import { count, number } from './words.ts';

/** Up to this number of clients, rows are tall. */
const MOST_TALL = 7;
/** With more clients than this, only some rows are kept in view. */
export const MOST_ROWS = 10;
/** Rows among up to this many clients keep eight in view, beyond it three. */
const MANY = 200;

/** How many clients a state has to show, and so how it is shown. */
export type Size = 'few' | 'ten' | 'many' | 'crowd';

/** How a number of clients is shown. */
export function sizeOf(clients: number): Size {
  if (clients <= MOST_TALL) return 'few';
  if (clients <= MOST_ROWS) return 'ten';
  return clients <= MANY ? 'many' : 'crowd';
}

/**
 * All rows, or those kept in view.
 *
 * @param state - the state
 * @param standings - of its clients
 * @param size - how many clients there are to show
 * @param room - width of a strip by size, in characters
 * @param picked - the client that the reader picked
 */
export function rowsOf(
  state: State,
  standings: Standings,
  size: Size,
  room: (size: Size) => number,
  picked: number | undefined,
): readonly Row[] {
  const calls = currentCalls(state);
  if (size === 'many' || size === 'crowd') {
    return keptInView(state, standings, calls, size === 'many' ? 8 : 3, picked).map((standing) =>
      rowOf(state, standing, [{ is: 'note', text: countsOf(state, standing.client) }]),
    );
  }
  const room0 = MOST_ROWS - standings.present.length;
  const gone = room0 > 0 ? standings.gone.slice(-room0) : [];
  const shown = [...standings.present, ...gone].sort((one, other) => one.client.ordinal - other.client.ordinal);
  const rows = shown.map((standing) => rowOf(state, standing, stripOf(state, standing.client, calls, room(size))));
  return [...s0Row(state), ...rows, ...backlogRow(state, standings)];
}

/** What the rows that are kept in view have in common. */
export function keptTitle({ server }: State): string {
  if (server.architecture === 'pool')
    return 'Rows kept in view: the client that waits longest, the one that holds a thread longest, the one you picked';
  if (server.architecture === 'net')
    return 'Rows kept in view: the clients longest without a callback, the one you picked';
  return 'Rows kept in view: the clients longest without a call, the last one served, the one you picked';
}

function keptInView(
  state: State,
  standings: Standings,
  calls: readonly CallState[],
  most: number,
  picked: number | undefined,
): readonly Standing[] {
  const kept = new Map<number, Standing>();
  const keep = (candidates: readonly (Standing | undefined)[], upTo: number): void => {
    for (const standing of candidates)
      if (standing !== undefined && kept.size < upTo) kept.set(standing.client.ordinal, standing);
  };
  const all = [...standings.present, ...standings.gone];
  const bySince = (list: readonly Standing[]): Standing[] =>
    [...list].sort((one, other) => one.waiting.sinceUs - other.waiting.sinceUs);
  const another = bySince(standings.of('another'));
  const itself = bySince(standings.of('itself'));
  const hand = all.find(({ client }) => client.ordinal === state.hand);
  const served = calls.at(-1)?.client;
  const each = Math.max(1, Math.floor((most - 2) / 2));
  keep([all.find(({ client }) => client.ordinal === picked)], most);
  keep([hand], most);
  keep(another, kept.size + each);
  keep(itself, kept.size + each);
  keep([all.find(({ client }) => client.ordinal === served)], most);
  keep([...another, ...itself], most);
  return [...kept.values()].slice(0, most).sort((one, other) => one.client.ordinal - other.client.ordinal);
}

function rowOf(state: State, { client, waiting }: Standing, strip: readonly StripPart[]): Row {
  return {
    key: client.ordinal,
    name: clientName(client.ordinal),
    place: placeText(state, client),
    tagged: client.place === 'thread',
    kind: waiting.kind,
    reason: rowReason(state, { client, waiting }),
    strip,
  };
}

/** What a client waits for, as a line. */
export function rowReason(state: State, { client, waiting }: Standing): string {
  if (client.place === 'outside') return outsideReason(state, client, waiting);
  return reasonOf(state, client, waiting);
}

/** Where a client is, in words. */
export function placeText(state: State, { place, interest, ordinal, thread }: ClientState): string {
  switch (place) {
    case 'loop': {
      if (state.server.architecture === 'net') return 'event loop';
      const where = loopCount(state) > 1 ? `${state.threads[thread]?.info.name ?? 'a loop'} ` : 'watched ';
      return interest === 'none' ? where.trim() : `${where}${interest === 'read' ? '▼ readable' : '▲ writable'}`;
    }
    case 'hand':
      return 'accept thread';
    case 'queue':
      return `queue, place ${number(state.queue.indexOf(ordinal) + 1)}`;
    case 'thread':
      return threadName(state.threads[thread]);
    case 'outside':
    case 'gone':
      return '';
  }
}

function s0Row(state: State): Row[] {
  if (state.server.architecture !== 'loop') return [];
  const ready = currentLoop(state)?.s0Ready === true;
  return [
    {
      key: 's0',
      name: 's0',
      place: 'listens ▼',
      tagged: false,
      kind: ready ? 'served' : 'itself',
      reason: ready ? 'Readable: a client has connected.' : 'Not ready: no client has connected.',
      strip: [{ is: 'note', text: 'one more readable socket, no conversation' }],
    },
  ];
}

function backlogRow({ server, threads, backlog }: State, { stuckInBacklog }: Standings): Row[] {
  if (server.architecture !== 'pool' || backlog.length === 0) return [];
  const accepts = threads.some(({ info }) => info.role === 'accept') ? 'the accept thread' : 'a thread that accepts';
  return [
    {
      key: 'backlog',
      name: backlog.length === 1 ? '?' : `${number(backlog.length)} ?`,
      place: 'backlog',
      tagged: false,
      kind: stuckInBacklog > 0 ? 'another' : 'in-turn',
      reason: `${backlog.length === 1 ? 'Waits' : 'Wait'} for ${accepts}.`,
      strip: [
        {
          is: 'note',
          text: `${count(backlog.length, 'client')} not accepted: the server doesn’t know ${backlog.length === 1 ? 'it' : 'them'} yet`,
        },
      ],
    },
  ];
}

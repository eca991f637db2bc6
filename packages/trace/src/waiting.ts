/** The one rule: each client is served, waits for itself, waits for another client, or is gone. */
import {
  type ClientState,
  type State,
  type ThreadState,
  type Waiting,
  type WaitingReason,
  clientName,
} from './state.ts';

/** Bytes of a request, and of a sum. */
const MESSAGE_BYTES = 8;

/** A client of a loop that is ready this long without a call waits for another client. */
export const LONG_READY_US = 20_000;

/**
 * Returns what a client waits for.
 *
 * @param state - the state
 * @param client - one of its clients
 * @param nowUs - the time on the server's clock; default: the time of the last event
 */
export function waitingOf(state: State, client: ClientState, nowUs = state.timeUs): Waiting {
  const { place, known } = client;
  const thread = state.threads[client.thread];
  if (place === 'gone') return waiting('gone', 'none', client.closedUs ?? state.timeUs);
  if (!known || thread === undefined) return waiting('unknown', 'none', state.timeUs);
  if (place === 'queue') return inQueue(state, client);
  if (place === 'hand') return inHand(state, client, thread);
  if (place === 'thread') return inThread(client);
  if (place === 'outside') return outside(client);
  return inLoop(client, thread, nowUs);
}

function waiting(kind: Waiting['kind'], reason: WaitingReason, sinceUs: number, missingBytes = 0, turns = 0): Waiting {
  return { kind, reason, sinceUs, missingBytes, turns };
}

function inQueue(state: State, client: ClientState): Waiting {
  const pool = state.threads.filter(({ info }) => info.role === 'pool');
  if (pool.some(({ known }) => !known)) return waiting('unknown', 'thread', client.acceptedUs);
  const free = pool.filter((thread) => thread.client === undefined).length;
  // Where threads start for clients, one may be about to, until the thread that starts them accepts again.
  const accepting = state.threads.find(({ info }) => info.role === 'accept');
  const starts = state.server.options.threadPerClient === true && accepting?.blocked?.call !== 'accept';
  return starts || state.queue.indexOf(client.ordinal) < free
    ? waiting('in-turn', 'taken-next', client.acceptedUs)
    : waiting('another', 'thread', client.acceptedUs);
}

function inHand(state: State, client: ClientState, { blocked }: ThreadState): Waiting {
  const full = blocked?.call === 'put' && state.hand === client.ordinal;
  return full ? waiting('another', 'queue', client.acceptedUs) : waiting('served', 'none', client.acceptedUs);
}

function inThread(client: ClientState): Waiting {
  const { call } = client;
  if (call === undefined) return waiting('served', 'none', client.placedUs);
  return waiting('itself', reasonOf(client), call.sinceUs, missingOf(client));
}

/** As the client sees it: until its answer is whole, it waits for the server. */
function outside(client: ClientState): Waiting {
  const { stage, lastCallUs, acceptedUs } = client;
  const sinceUs = lastCallUs ?? acceptedUs;
  return stage === 'counting' || stage === 'answer'
    ? waiting('in-turn', 'server', sinceUs)
    : waiting('itself', reasonOf(client), sinceUs, missingOf(client));
}

function inLoop(client: ClientState, thread: ThreadState, nowUs: number): Waiting {
  if (client.snapshotTurn === thread.turn) return waiting('unknown', 'none', client.acceptedUs);
  const turns = thread.turn - client.lastCallTurn;
  const sinceUs = client.lastCallUs ?? client.acceptedUs;
  if (client.lastCallTurn === thread.turn) return waiting('served', reasonOf(client), sinceUs, missingOf(client));
  const ready = client.readySinceTurn !== 0 && client.readyTurn === thread.turn;
  if (ready) {
    const late = client.readySinceTurn < thread.turn || nowUs - client.readySinceUs > LONG_READY_US;
    return waiting(late ? 'another' : 'in-turn', 'loop', client.readySinceUs, 0, turns);
  }
  const computes = client.stage === 'counting';
  return waiting(computes ? 'in-turn' : 'itself', reasonOf(client), sinceUs, missingOf(client), turns);
}

/** What the client itself owes. */
function reasonOf({ stage }: ClientState): WaitingReason {
  switch (stage) {
    case 'request':
      return 'request';
    case 'counting':
      return 'computing';
    case 'answer':
      return 'reading';
    case 'sum':
      return 'sum';
    case 'done':
      return 'close';
    case 'refused':
      return 'farewell';
  }
}

function missingOf({ stage, bytesGot }: ClientState): number {
  return stage === 'request' || stage === 'sum' ? Math.max(0, MESSAGE_BYTES - bytesGot) : 0;
}

/** How many clients wait for another client. */
export interface WaitingCount {
  /** Clients that wait for another one; those in the backlog are counted if no one accepts them. */
  readonly waiting: number;
  /** Clients that are there, with those in the backlog. */
  readonly present: number;
  /** Clients of which too little is known, because events were lost. */
  readonly unknown: number;
  /** Since when the one that waits longest does; undefined if none waits. */
  readonly longestSinceUs: number | undefined;
  /** The client that waits longest, by ordinal. */
  readonly longest: number | undefined;
}

/**
 * Counts the clients that wait for another one.
 *
 * @param state - the state
 * @param nowUs - the time on the server's clock; default: the time of the last event
 */
export function countWaiting(state: State, nowUs = state.timeUs): WaitingCount {
  let [count, present, unknown] = [0, 0, 0];
  let longestSinceUs: number | undefined;
  let longest: number | undefined;
  for (const client of state.clients.values()) {
    const { kind, sinceUs } = waitingOf(state, client, nowUs);
    if (kind !== 'gone') present += 1;
    if (kind === 'unknown') unknown += 1;
    if (kind !== 'another') continue;
    count += 1;
    if (longestSinceUs !== undefined && longestSinceUs <= sinceUs) continue;
    longestSinceUs = sinceUs;
    longest = client.ordinal;
  }
  const { length } = state.backlog;
  const stuck = stuckInBacklog(state);
  return { waiting: count + stuck, present: present + length, unknown, longestSinceUs, longest };
}

/**
 * How many clients wait in the kernel because no thread can accept them: the accept thread waits for the full queue, or
 * all threads that accept for themselves have clients.
 */
export function stuckInBacklog({ server, threads, backlog }: State): number {
  if (server.architecture !== 'pool') return 0;
  const accepting = threads.find(({ info }) => info.role === 'accept');
  const isStuck =
    accepting === undefined ? threads.every(({ client }) => client !== undefined) : accepting.blocked?.call === 'put';
  return isStuck ? backlog.length : 0;
}

/** Returns the names of clients, by ordinal. */
export function clientNames(ordinals: readonly number[]): string[] {
  return ordinals.map(clientName);
}

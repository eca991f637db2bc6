/** The columns of the history: what each step did for each client, and how long it took. */
import type { EventBatch } from './batch.ts';
import { EVENT_WORDS, KINDS, MAIN_THREAD, codeOf } from './events.ts';
import type { FoldedEvent } from './folded-event.ts';
import {
  ACTS,
  type CallState,
  type Cell,
  type ClientState,
  type Column,
  MAX_CELLS,
  MAX_COLUMNS,
  type ServerInfo,
  type State,
} from './state.ts';
import { waitingOf } from './waiting.ts';

/** Kinds that can begin a column where there are no turns. */
const CALL_KINDS: ReadonlySet<number> = new Set([
  KINDS.ACCEPT,
  KINDS.PUT,
  KINDS.TAKE,
  KINDS.RECV,
  KINDS.SEND,
  KINDS.WORK,
  KINDS.REFUSE,
  KINDS.EXPIRE,
  KINDS.BROKEN,
  KINDS.CLOSE,
]);

/** Whether an event begins a step, and so a column. */
export function beginsColumn(state: State, { kind, thread, a }: FoldedEvent): boolean {
  if (kind === KINDS.LOST) return a !== 0;
  if (thread === MAIN_THREAD) return false;
  const role = state.threads[thread]?.info.role;
  if (role === undefined) return false;
  if (role === 'loop') return kind === KINDS.TURN;
  if (role === 'net') return kind === KINDS.CALLBACK || kind === KINDS.ACCEPT;
  if (!CALL_KINDS.has(kind)) return false;
  const last = state.history.at(-1);
  const calls = state.threads[thread]!.calls;
  if (last?.thread !== thread || last.kind !== 'call' || calls.length === 0) return true;
  return !continues(calls.at(-1)!, kind);
}

/** Whether an event belongs to the step of the last call of its thread. */
function continues({ kind, result }: CallState, next: number): boolean {
  switch (next) {
    case KINDS.PUT:
      return kind === 'accept';
    case KINDS.WORK:
    case KINDS.REFUSE:
      return true;
    case KINDS.CLOSE:
      return kind !== 'send' && (kind !== 'recv' || result !== 'done');
    default:
      return false;
  }
}

/** Kinds that begin a column whenever they come, by architecture. */
const ALWAYS_BEGIN: Readonly<Record<ServerInfo['architecture'], ReadonlySet<number>>> = {
  loop: new Set([KINDS.LOST, KINDS.TURN]),
  pool: new Set([KINDS.LOST, KINDS.ACCEPT, KINDS.TAKE, KINDS.RECV, KINDS.SEND, KINDS.EXPIRE, KINDS.BROKEN]),
  net: new Set([KINDS.LOST, KINDS.CALLBACK, KINDS.ACCEPT]),
  clients: new Set([KINDS.LOST, KINDS.ACCEPT, KINDS.RECV, KINDS.SEND, KINDS.BROKEN]),
};

/**
 * Returns how many columns these events begin at least. Columns that would leave the state at once needn't be filled.
 *
 * @param state - the state before the events
 * @param batch - the events
 * @param from - index of the first event
 * @param to - index after the last one
 */
export function columnsToCome(state: State, { words }: EventBatch, from: number, to: number): number {
  const kinds = ALWAYS_BEGIN[state.server.architecture];
  let count = 0;
  for (let index = from; index < to; index += 1) {
    if (counts(kinds, codeOf(words[index * EVENT_WORDS + 1]!), words[index * EVENT_WORDS + 2]!)) count += 1;
  }
  return count;
}

/** Whether {@link columnsToCome} has counted the column of this event. */
export function isCounted(state: State, { kind, a }: FoldedEvent): boolean {
  return counts(ALWAYS_BEGIN[state.server.architecture], kind, a);
}

function counts(kinds: ReadonlySet<number>, kind: number, a: number): boolean {
  return kinds.has(kind) && (kind !== KINDS.LOST || a !== 0);
}

/**
 * Ends the current column and begins the next one.
 *
 * @param columnsLeft - columns that follow at least
 */
export function beginColumn(state: State, event: FoldedEvent, columnsLeft: number): void {
  const thread = state.threads[event.thread];
  const isTurn = thread?.info.role === 'loop';
  // Loops take turns at the same time, so each has an open column of its own.
  const ending = isTurn ? lastColumn(state, event.thread) : state.history.at(-1);
  if (ending !== undefined) {
    if (columnsLeft < MAX_COLUMNS) fill(state, ending);
    ending.durationUs = durationOf(state, ending);
  }
  const lost = event.kind === KINDS.LOST;
  state.step += 1;
  if (thread !== undefined && !isTurn) thread.calls = [];
  state.history.push({
    kind: lost ? (event.b === 1 ? 'left-out' : 'lost') : isTurn ? 'turn' : 'call',
    step: state.step,
    thread: event.thread,
    turn: isTurn && !lost ? event.a >>> 0 : 0,
    timeUs: state.timeUs,
    durationUs: undefined,
    position: state.position,
    accepts: 0,
    recvs: 0,
    sends: 0,
    closes: 0,
    lost: lost ? event.a >>> 0 : 0,
    backlog: state.backlog.length,
    cells: undefined,
  });
  if (state.history.length > MAX_COLUMNS) state.history.shift();
}

function lastColumn({ history }: State, thread: number): Column | undefined {
  return history.findLast((column) => column.thread === thread);
}

/** How long a column took: the turn if its end is known, otherwise the time until now. */
function durationOf(state: State, column: Column): number {
  const thread = state.threads[column.thread];
  const exact = column.kind === 'turn' && thread?.blocked?.call === 'select' ? thread.lastTurnUs : undefined;
  return exact ?? state.timeUs - column.timeUs;
}

/** Fills the columns that aren't over from the state. */
export function fillOpenColumns(state: State): void {
  const last = state.history.at(-1);
  if (last === undefined) return;
  fill(state, last);
  if (state.server.architecture !== 'loop') return;
  for (const { info } of state.threads) {
    const open = info.index === last.thread ? undefined : lastColumn(state, info.index);
    if (open !== undefined) fill(state, open);
  }
}

function fill(state: State, column: Column): void {
  if (column.kind === 'lost' || column.kind === 'left-out') return;
  const calls = state.threads[column.thread]?.calls ?? [];
  const acts = new Map<number, number>();
  column.accepts = column.recvs = column.sends = column.closes = 0;
  for (const { kind, client } of calls) {
    acts.set(client, (acts.get(client) ?? 0) | ACTS[kind]);
    if (kind === 'accept') column.accepts += 1;
    else if (kind === 'recv') column.recvs += 1;
    else if (kind === 'send') column.sends += 1;
    else if (kind === 'close') column.closes += 1;
  }
  column.backlog = state.backlog.length;
  column.cells = state.clients.size > MAX_CELLS ? undefined : cellsOf(state, acts);
}

function cellsOf(state: State, acts: ReadonlyMap<number, number>): Map<number, Cell> {
  const cells = new Map<number, Cell>();
  for (const client of state.clients.values()) {
    const done = acts.get(client.ordinal) ?? 0;
    const { kind } = waitingOf(state, client);
    if (kind === 'gone' && done === 0) continue;
    cells.set(client.ordinal, {
      acts: done,
      waiting: kind,
      band: bandOf(client),
      thread: client.place === 'thread' ? client.thread : undefined,
    });
  }
  return cells;
}

function bandOf({ place, call }: ClientState): Cell['band'] {
  if (place !== 'thread') return 'none';
  return call === undefined ? 'thread' : 'blocked';
}

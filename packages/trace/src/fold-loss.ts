/** What lost events make unknown, and what makes it known again. */
import type { ClientState, State, ThreadState } from './state.ts';

/** Key in `State.slots`. */
export function slotKey(thread: number, slot: number): number {
  return thread * 0x1_0000 + slot;
}

/** Events of a thread were lost: they may have opened, changed or closed any of its clients. */
export function loseThread(state: State, thread: ThreadState, count: number): void {
  const { index } = thread.info;
  thread.known = false;
  thread.lost += count;
  thread.calls = [];
  thread.inready = [];
  thread.outready = [];
  thread.s0Ready = false;
  thread.blocked = undefined;
  thread.atGate = undefined;
  thread.snapshot = undefined;
  thread.lastTurnUs = undefined;
  state.lost += count;
  state.complete = false;
  for (const client of state.clients.values()) {
    if (client.thread !== index || client.place === 'gone') continue;
    // A client that waits in the queue belongs to no thread: another one tells what becomes of it.
    if (client.place !== 'queue') doubt(state, client);
  }
  if (thread.info.role === 'pool') for (const ordinal of state.queue) state.clients.get(ordinal)!.known = false;
}

/** What is known of a client may be out of date, and its slot may be another one's by now. */
function doubt(state: State, client: ClientState): void {
  client.known = false;
  client.call = undefined;
  state.slots.delete(slotKey(client.thread, client.slot));
}

/** All clients of a thread are known again: those that still aren't have left. */
export function recoverThread(state: State, thread: ThreadState): void {
  if (thread.known) return;
  thread.known = true;
  const { index } = thread.info;
  for (const client of [...state.clients.values()]) {
    if (client.known || client.thread !== index || client.place === 'gone') continue;
    if (client.place === 'queue') continue;
    leave(state, client);
  }
  recoverQueue(state);
}

/** After this time a thread has told that it has taken a client. */
const TAKE_TOLD_US = 10_000_000;

/**
 * The queue is known again when all threads of the pool are. Clients before the last one taken were taken too: perhaps by
 * a thread that is about to tell it. A thread that has told of a later one is not the one; if none is, the client has left.
 */
export function recoverQueue(state: State): void {
  if (state.complete) return;
  const pool = state.threads.filter(({ info }) => info.role === 'pool');
  if (pool.every(({ known }) => known)) {
    for (const ordinal of [...state.queue]) {
      const client = state.clients.get(ordinal)!;
      if (ordinal > state.queueItems.taken) client.known = true;
      else if (pool.every((thread) => thread.lastTaken > ordinal) || state.timeUs - client.placedUs > TAKE_TOLD_US) {
        leave(state, client);
      }
    }
  }
  state.complete =
    state.threads.every(({ known }) => known) && state.queue.every((ordinal) => state.clients.get(ordinal)!.known);
}

/** A client has left. */
export function leave(state: State, client: ClientState): void {
  const key = slotKey(client.thread, client.slot);
  if (state.slots.get(key) === client.ordinal) state.slots.delete(key);
  const queued = state.queue.indexOf(client.ordinal);
  if (queued >= 0) state.queue.splice(queued, 1);
  if (state.hand === client.ordinal) state.hand = undefined;
  for (const thread of state.threads) if (thread.client === client.ordinal) thread.client = undefined;
  client.place = 'gone';
  client.known = true;
  client.call = undefined;
  client.closedUs = state.timeUs;
}

/** The queue of a pool: items are numbered, so lost events leave few doubts. */
import { NO_SLOT } from './events.ts';
import { leave, recoverQueue, recoverThread, slotKey } from './fold-loss.ts';
import { initialClient } from './initial-state.ts';
import { type ClientState, MAX_GONE, type State, type ThreadState } from './state.ts';

/** Adds a client, in the place of one with the same name or the same slot. */
export function noteClient(state: State, client: ClientState): void {
  const key = slotKey(client.thread, client.slot);
  const former = state.slots.get(key);
  const formerClient = former === client.ordinal || former === undefined ? undefined : state.clients.get(former);
  if (formerClient !== undefined) leave(state, formerClient);
  state.clients.set(client.ordinal, client);
  if (client.slot !== NO_SLOT) state.slots.set(key, client.ordinal);
}

/** Forgets the clients that left first, if there are many. */
export function forgetGone(state: State): void {
  const gone = [...state.clients.values()].filter(({ place }) => place === 'gone');
  if (gone.length <= MAX_GONE) return;
  gone.sort((one, other) => one.closedUs! - other.closedUs!);
  for (const { ordinal } of gone.slice(0, gone.length - MAX_GONE)) state.clients.delete(ordinal);
}

/**
 * The accept thread has put this many items into the queue since the start.
 *
 * @param slot - slot of the last one; `NO_SLOT` if it isn't known
 */
export function putUpTo(state: State, accepting: ThreadState, count: number, slot: number): void {
  // Earlier ones can't be in the queue any more.
  const capacity = state.server.options.queueCapacity ?? 0;
  const from = Math.max(state.queueItems.put, count - capacity - state.threads.length);
  state.queueItems.put = Math.max(state.queueItems.put, count);
  const poolKnown = state.threads.every(({ known, info }) => known || info.role !== 'pool');
  for (let ordinal = from + 1; ordinal <= count; ordinal += 1) {
    const known = state.clients.get(ordinal);
    if (known !== undefined && known.place !== 'hand') continue;
    const last = ordinal === count;
    const { index } = accepting.info;
    const at = { ordinal, place: 'queue', thread: index, slot: last ? slot : NO_SLOT } as const;
    const client = known ?? initialClient(at, state.timeUs, 0);
    client.place = 'queue';
    client.placedUs = state.timeUs;
    client.call = undefined;
    // One before the last one taken has been taken; and a thread whose events are lost may have taken it.
    client.known = poolKnown && ordinal > state.queueItems.taken;
    if (known === undefined) noteClient(state, client);
    state.queue.push(ordinal);
  }
  if (from + 1 < count) state.complete = false;
  recoverQueue(state);
}

/** As {@link putUpTo}, said by the accept thread itself: so it has no other client in its hands. */
export function hasPut(state: State, accepting: ThreadState, count: number, slot: number): void {
  putUpTo(state, accepting, count, slot);
  state.hand = undefined;
  recoverThread(state, accepting);
}

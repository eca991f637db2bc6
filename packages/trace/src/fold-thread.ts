/** Events of a thread as a whole: turns, ready sets, blocking calls, the gate, and clients that arrive. */
import { CALLS, GATE_PASSAGES, KINDS, NO_SLOT, THREAD_ROLES, TURN_FLAGS } from './events.ts';
import { noteCall } from './fold-client.ts';
import type { FoldedEvent } from './folded-event.ts';
import { loseThread, recoverQueue, recoverThread, slotKey } from './fold-loss.ts';
import { hasPut, noteClient, putUpTo } from './fold-queue.ts';
import { initialClient, initialThread, threadInfo } from './initial-state.ts';
import type { ClientState, Place, State, ThreadRole, ThreadState } from './state.ts';

/** Folds an event of a thread; returns false if the event is of another kind. */
export function foldThreadEvent(state: State, thread: ThreadState, event: FoldedEvent): boolean {
  const { a, b } = event;
  switch (event.kind) {
    case KINDS.TURN:
      beginTurn(state, thread, a >>> 0);
      thread.quantumBytes = b >>> 0;
      thread.s0Ready = (event.slot & TURN_FLAGS.s0) !== 0;
      return true;
    case KINDS.CALLBACK:
      beginTurn(state, thread, thread.turn + 1);
      return true;
    case KINDS.IN:
      addReady(state, thread, event, thread.inready);
      return true;
    case KINDS.OUT:
      addReady(state, thread, event, thread.outready);
      return true;
    case KINDS.ENTER:
      enter(state, thread, event);
      return true;
    case KINDS.GATE:
      thread.atGate = GATE_PASSAGES[a] === 'passed' ? undefined : GATE_PASSAGES[a as 1 | 2];
      thread.gateSinceRealUs = state.realUs;
      return true;
    case KINDS.LOST:
      loseThread(state, thread, a >>> 0);
      return true;
    case KINDS.ACCEPT:
      accept(state, thread, event);
      return true;
    case KINDS.PUT:
      put(state, thread, event);
      return true;
    case KINDS.TAKE:
      take(state, thread, event);
      return true;
    default:
      return event.kind === KINDS.CLOCK;
  }
}

/** A thread that is new: the description of the server doesn't have it. */
export function addThread(state: State, { thread: index, a, b }: FoldedEvent): void {
  const role = THREAD_ROLES[a];
  // Each one has the next number; one that is known already is told again.
  if (role === undefined || index !== state.threads.length) return;
  state.threads.push(initialThread(threadInfo(index, role, b)));
}

function beginTurn(state: State, thread: ThreadState, turn: number): void {
  thread.turn = turn;
  thread.turnUs = state.timeUs;
  thread.inready = [];
  thread.outready = [];
  thread.calls = [];
  state.totals.turns += 1;
}

/** The sockets of one word of a ready set. */
function addReady(state: State, thread: ThreadState, { slot: word, a, b }: FoldedEvent, ready: number[]): void {
  for (const [bits, first] of [
    [a, 64 * word],
    [b, 64 * word + 32],
  ] as const) {
    for (let rest = bits; rest !== 0; rest &= rest - 1) {
      const slot = first + (31 - Math.clz32(rest & -rest));
      const ordinal = state.slots.get(slotKey(thread.info.index, slot));
      if (ordinal === undefined) continue;
      ready.push(ordinal);
      const client = state.clients.get(ordinal)!;
      if (client.readySinceTurn === 0 || client.readyTurn < thread.turn - 1) {
        client.readySinceTurn = thread.turn;
        client.readySinceUs = state.timeUs;
      }
      client.readyTurn = thread.turn;
    }
  }
}

function enter(state: State, thread: ThreadState, { slot, a, b }: FoldedEvent): void {
  const call = CALLS[a] ?? 'none';
  const ordinal = slot === NO_SLOT ? undefined : state.slots.get(slotKey(thread.info.index, slot));
  thread.blocked = { call, sinceUs: state.timeUs, client: ordinal };
  if (call === 'take') recoverQueue(state);
  if (call === 'select' && b === 1) thread.lastTurnUs = state.timeUs - thread.turnUs;
  const client = ordinal === undefined ? undefined : state.clients.get(ordinal);
  if (client === undefined) return;
  client.call = { name: call, sinceUs: state.timeUs, bytes: b };
  if (call !== 'put') return;
  client.place = 'hand';
  client.placedUs = state.timeUs;
  state.hand = client.ordinal;
}

/** Where a client is after the thread has accepted it, by the thread's role. */
const PLACES: Readonly<Record<ThreadRole, Place>> = {
  accept: 'hand',
  pool: 'thread',
  loop: 'loop',
  net: 'loop',
  clients: 'outside',
};

function accept(state: State, thread: ThreadState, { slot, a, b }: FoldedEvent): void {
  const ordinal = a >>> 0;
  const { index, role } = thread.info;
  const place = PLACES[role];
  // A server without turns begins one with each client.
  if (role === 'net') beginTurn(state, thread, thread.turn + 1);
  const client = initialClient({ ordinal, place, thread: index, slot }, state.timeUs, thread.turn);
  // Only a loop tells what it watches a socket for.
  client.interest = role === 'loop' ? 'read' : 'none';
  setAddress(client, b);
  noteClient(state, client);
  // A thread that accepts its own clients has this one at once.
  if (role === 'pool') thread.client = ordinal;
  state.totals.accepted += 1;
  noteCall(state, thread, client, { kind: 'accept', bytes: 0, asked: 0, before: 0 });
}

/** Takes descriptor and port from an event. */
export function setAddress(client: ClientState, address: number): void {
  const descriptor = address >>> 16;
  client.descriptor = descriptor === NO_SLOT ? undefined : descriptor;
  client.port = address & 0xffff;
}

function put(state: State, thread: ThreadState, { slot, a }: FoldedEvent): void {
  hasPut(state, thread, (a >>> 0) + 1, slot);
  const client = state.clients.get((a >>> 0) + 1);
  if (client === undefined) return;
  client.thread = thread.info.index;
  noteCall(state, thread, client, { kind: 'put', bytes: 0, asked: 0, before: 0 });
}

function take(state: State, thread: ThreadState, { slot, a }: FoldedEvent): void {
  const ordinal = (a >>> 0) + 1;
  state.queueItems.taken = Math.max(state.queueItems.taken, ordinal);
  const accepting = state.threads.find(({ info }) => info.role === 'accept');
  if (ordinal > state.queueItems.put && accepting !== undefined) putUpTo(state, accepting, ordinal, NO_SLOT);
  const { index, role } = thread.info;
  const isLoop = role === 'loop';
  // A thread of a pool has one client at a time.
  if (!isLoop) recoverThread(state, thread);
  const queued = state.queue.indexOf(ordinal);
  if (queued >= 0) state.queue.splice(queued, 1);
  const place = isLoop ? 'loop' : 'thread';
  const known = state.clients.get(ordinal);
  const client = known ?? initialClient({ ordinal, place, thread: index, slot }, state.timeUs, 0);
  if (known !== undefined) state.slots.delete(slotKey(known.thread, known.slot));
  client.known = true;
  client.place = place;
  client.placedUs = state.timeUs;
  client.closedUs = undefined;
  client.call = undefined;
  client.thread = index;
  client.slot = slot;
  noteClient(state, client);
  // Turns are numbered by each loop.
  client.readyTurn = client.readySinceTurn = 0;
  if (isLoop) client.interest = 'read';
  else thread.client = ordinal;
  thread.lastTaken = Math.max(thread.lastTaken, ordinal);
  recoverQueue(state);
  noteCall(state, thread, client, { kind: 'take', bytes: 0, asked: 0, before: 0 });
}

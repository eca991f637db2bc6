/**
 * Snapshots: a thread describes its clients as its sessions see them. For a client that is known, the description is
 * compared with the fold: a difference is a fault of this program. Otherwise it is what is known from now on.
 */
import { KINDS, REFUSALS } from './events.ts';
import type { FoldedEvent } from './folded-event.ts';
import { recoverThread, slotKey } from './fold-loss.ts';
import { hasPut, noteClient } from './fold-queue.ts';
import { setAddress } from './fold-thread.ts';
import { NO_SLOT } from './events.ts';
import { initialClient } from './initial-state.ts';
import type { ClientState, Interest, Stage, State, ThreadState } from './state.ts';

/** Mismatches that are kept; all are counted. */
const MAX_MISMATCHES = 20;

const INTEREST_NAMES: readonly Interest[] = ['none', 'read', 'write'];

/** What a snapshot says of a client. */
interface Description {
  readonly ordinal: number;
  readonly phase: string;
  readonly bytesGot: number;
  readonly interest: Interest;
  readonly interval: readonly [number, number] | undefined;
  readonly count: number | undefined;
  readonly bytesSent: number;
  readonly refusal: ClientState['refusal'];
  readonly exchanges: number;
  readonly address: number;
}

/** Folds an event of a snapshot; returns false if the event is of another kind. */
export function foldSnapshotEvent(state: State, thread: ThreadState, event: FoldedEvent): boolean {
  const { a, b } = event;
  switch (event.kind) {
    case KINDS.SNAP_BEGIN:
      thread.snapshot = { seen: [], numbers: [] };
      if (thread.info.role === 'accept') hasPut(state, thread, b >>> 0, NO_SLOT);
      else if (thread.info.role === 'pool') {
        state.queueItems.taken = Math.max(state.queueItems.taken, b >>> 0);
        thread.lastTaken = Math.max(thread.lastTaken, b >>> 0);
      } else if (thread.info.role === 'loop') takeTurn(state, thread, b >>> 0);
      return true;
    case KINDS.SNAP:
      thread.snapshot?.numbers.splice(0, Infinity, a, b);
      return true;
    case KINDS.SNAP_ASKED:
    case KINDS.SNAP_ANSWER:
      thread.snapshot?.numbers.push(a, b);
      return true;
    case KINDS.SNAP_SOCKET:
      if (thread.snapshot !== undefined) {
        thread.snapshot.numbers.push(a, b);
        const description = describedBy(state, thread.snapshot.numbers);
        thread.snapshot.seen.push(description.ordinal);
        take(state, thread, event.slot, description);
      }
      return true;
    case KINDS.SNAP_END:
      if (thread.snapshot !== undefined) end(state, thread, thread.snapshot.seen);
      thread.snapshot = undefined;
      return true;
    default:
      return false;
  }
}

/** The number of the turn. If the beginning of the turn was lost, so were calls that belong to it. */
function takeTurn(state: State, thread: ThreadState, turn: number): void {
  if (turn === thread.turn) return;
  thread.turn = turn;
  for (const client of state.clients.values()) if (client.thread === thread.info.index) client.snapshotTurn = turn;
}

function describedBy(state: State, numbers: readonly number[]): Description {
  const [ordinal, standing, first, last, count, sent, address, exchanges] = numbers as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const code = standing >>> 24;
  return {
    ordinal: ordinal >>> 0,
    phase: state.server.phases[standing & 0xff]?.name ?? '',
    bytesGot: (standing >>> 8) & 0xff,
    interest: INTEREST_NAMES[(standing >>> 16) & 3] ?? 'none',
    interval: (standing & (1 << 18)) === 0 ? undefined : [first, last],
    count: (standing & (1 << 19)) === 0 ? undefined : count,
    bytesSent: sent >>> 0,
    refusal: code === 0 ? undefined : REFUSALS[code - 1],
    exchanges: exchanges >>> 0,
    address,
  };
}

function take(state: State, thread: ThreadState, slot: number, description: Description): void {
  const { ordinal } = description;
  const { index, role } = thread.info;
  const known = state.clients.get(ordinal);
  if (known !== undefined && known.known && known.thread === index && known.place !== 'gone' && known.slot === slot) {
    compare(state, known, description);
    return;
  }
  const place = role === 'pool' ? 'thread' : role === 'accept' ? 'hand' : 'loop';
  const client = known ?? initialClient({ ordinal, place, thread: index, slot }, state.timeUs, thread.turn);
  if (known !== undefined && state.slots.get(slotKey(known.thread, known.slot)) === ordinal) {
    state.slots.delete(slotKey(known.thread, known.slot));
  }
  adopt(client, description, thread.turn);
  const queued = state.queue.indexOf(ordinal);
  if (queued >= 0) state.queue.splice(queued, 1);
  client.place = place;
  client.thread = index;
  client.slot = slot;
  client.known = true;
  client.closedUs = undefined;
  noteClient(state, client);
  if (role === 'pool') thread.client = ordinal;
}

function adopt(client: ClientState, description: Description, turn: number): void {
  const { phase, interval, count, bytesSent, refusal, exchanges } = description;
  setAddress(client, description.address);
  client.bytesGot = description.bytesGot;
  client.interest = description.interest;
  client.interval = interval;
  client.count = count;
  client.bytesSent = bytesSent;
  client.sum = undefined;
  client.refusal = refusal;
  client.exchange = exchanges + 1;
  client.snapshotTurn = client.lastCallTurn = turn;
  client.readyTurn = 0;
  client.readySinceTurn = 0;
  client.stage = stageOf(phase, description);
}

function stageOf(phase: string, { count, interval, refusal }: Description): Stage {
  if (refusal !== undefined || phase === 'farewell') return 'refused';
  if (phase === 'sum') return 'sum';
  if (interval === undefined) return 'request';
  return count === undefined ? 'counting' : 'answer';
}

/** The phase that belongs to what the fold knows. */
function phaseOf({ stage, bytesGot }: ClientState): string {
  switch (stage) {
    case 'request':
      return bytesGot === 0 ? 'idle' : 'request';
    case 'counting':
    case 'answer':
      return 'answer';
    case 'sum':
      return 'sum';
    case 'done':
      return 'idle';
    case 'refused':
      return 'farewell';
  }
}

function compare(state: State, client: ClientState, description: Description): void {
  const over = client.stage === 'done';
  const refused = client.stage === 'refused';
  const greeting = description.phase === 'answer' && description.interval === undefined;
  const pairs: [field: string, folded: unknown, reported: unknown][] = [
    ['phase', greeting ? 'answer' : phaseOf(client), description.phase],
    ['exchanges', client.exchange - (over ? 0 : 1), refused ? client.exchange - 1 : description.exchanges],
    ['refusal', client.refusal, description.refusal],
  ];
  if (!refused) {
    pairs.push(
      ['bytesGot', client.bytesGot, description.bytesGot],
      ['interval', over ? undefined : client.interval?.join(), description.interval?.join()],
      ['count', over ? undefined : client.count, description.count],
      ['bytesSent', over ? 0 : client.bytesSent, description.bytesSent],
    );
  }
  if (client.place === 'loop' && state.server.architecture === 'loop') {
    pairs.push(['interest', client.interest, description.interest]);
  }
  for (const [field, folded, reported] of pairs) {
    if (folded !== reported) mismatch(state, client.ordinal, field, folded, reported);
  }
}

function end(state: State, thread: ThreadState, seen: readonly number[]): void {
  const present = new Set(seen);
  for (const { ordinal, place, thread: index, known } of state.clients.values()) {
    if (index !== thread.info.index || !known || (place !== 'loop' && place !== 'thread')) continue;
    if (thread.known && !present.has(ordinal)) mismatch(state, ordinal, 'place', place, 'gone');
  }
  recoverThread(state, thread);
}

function mismatch(state: State, client: number, field: string, folded: unknown, reported: unknown): void {
  state.mismatchCount += 1;
  if (state.mismatches.length >= MAX_MISMATCHES) return;
  const { position } = state;
  state.mismatches.push({ position, client, field, folded: String(folded), reported: String(reported) });
}

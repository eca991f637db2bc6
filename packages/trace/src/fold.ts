/**
 * The fold: from a state and the next events to the next state. It is the only place that knows what events mean.
 *
 * Lost events never lead to a wrong state: a `LOST` event makes everything unknown that the lost events could have
 * changed, until a snapshot, or an event that leaves no doubt, tells it again.
 */
import { type EventBatch, wholeTimeUs } from './batch.ts';
import { EVENT_WORDS, KINDS, MAIN_THREAD, codeOf, threadOf } from './events.ts';
import { foldClientEvent } from './fold-client.ts';
import type { FoldedEvent } from './folded-event.ts';
import { foldMainEvent } from './fold-main.ts';
import { foldSnapshotEvent } from './fold-snapshot.ts';
import { addThread, foldThreadEvent } from './fold-thread.ts';
import { beginColumn, beginsColumn, columnsToCome, fillOpenColumns, isCounted } from './history.ts';
import type { State } from './state.ts';

/** Kinds that tell something about a thread or its clients without ending the call that the thread is in. */
const NOT_ENDING: ReadonlySet<number> = new Set([
  KINDS.ENTER,
  KINDS.LOST,
  KINDS.CLOCK,
  KINDS.SNAP_BEGIN,
  KINDS.SNAP,
  KINDS.SNAP_ASKED,
  KINDS.SNAP_ANSWER,
  KINDS.SNAP_SOCKET,
  KINDS.SNAP_END,
]);

/**
 * Folds events into a state.
 *
 * @param state - the state; it is changed
 * @param batch - the events
 * @param from - index of the first event to fold; default 0
 * @param to - index after the last one; default: the end
 * @param onStep - called for each step that begins, with its number and the position of its first event
 */
export function fold(
  state: State,
  batch: EventBatch,
  from = 0,
  to = batch.words.length / EVENT_WORDS,
  onStep?: (step: number, position: number) => void,
): void {
  const { words, baseUs } = batch;
  let columnsLeft = columnsToCome(state, batch, from, to);
  const event: FoldedEvent = { kind: 0, thread: 0, slot: 0, a: 0, b: 0 };
  for (let index = from; index < to; index += 1) {
    const at = index * EVENT_WORDS;
    const head = words[at + 1]!;
    event.kind = codeOf(head);
    event.thread = threadOf(head);
    event.slot = head >>> 16;
    event.a = words[at + 2]!;
    event.b = words[at + 3]!;
    advanceClock(state, wholeTimeUs(baseUs, words[at]!));
    if (isCounted(state, event)) columnsLeft -= 1;
    if (beginsColumn(state, event)) {
      beginColumn(state, event, columnsLeft);
      onStep?.(state.step, state.position);
    }
    foldEvent(state, event);
    state.position += 1;
    state.totals.events += 1;
  }
  fillOpenColumns(state);
}

function foldEvent(state: State, event: FoldedEvent): void {
  if (event.thread === MAIN_THREAD) {
    foldMainEvent(state, event);
    return;
  }
  if (event.kind === KINDS.THREAD) {
    addThread(state, event);
    return;
  }
  const thread = state.threads[event.thread];
  if (thread === undefined) return;
  if (thread.blocked !== undefined && !NOT_ENDING.has(event.kind)) {
    const client = thread.blocked.client === undefined ? undefined : state.clients.get(thread.blocked.client);
    if (client !== undefined) client.call = undefined;
    thread.blocked = undefined;
  }
  if (foldThreadEvent(state, thread, event) || foldSnapshotEvent(state, thread, event)) return;
  foldClientEvent(state, thread, event);
}

/**
 * Moves the clocks. The server's clock stands while the gate is closed and no thread runs: each waits at the gate, or is
 * blocked in a call.
 */
function advanceClock(state: State, realUs: number): void {
  const passedUs = realUs - state.realUs;
  // Threads write the time of their turn, so events of several threads may be a little late.
  if (passedUs <= 0) return;
  state.realUs = realUs;
  if (state.gate.mode !== 'run' && state.threads.every((thread) => thread.atGate !== undefined || thread.blocked)) {
    state.gate.heldUs += passedUs;
  } else state.timeUs += passedUs;
}

/** Events of the main thread. */
import { GATE_MODES, KINDS, ORDERS } from './events.ts';
import type { FoldedEvent } from './folded-event.ts';
import { loseThread } from './fold-loss.ts';
import type { State } from './state.ts';

/** Folds an event of the main thread. */
export function foldMainEvent(state: State, { kind, a, b }: FoldedEvent): void {
  switch (kind) {
    case KINDS.GATE:
      if (state.gate.mode !== GATE_MODES[a] || !state.gate.known) state.gate.sinceRealUs = state.realUs;
      state.gate.mode = GATE_MODES[a] ?? 'run';
      state.gate.known = true;
      break;
    case KINDS.ORDER:
      state.order = ORDERS[a] ?? 'run';
      break;
    case KINDS.BACKLOG:
      state.backlog = { length: a, maximum: b };
      break;
    case KINDS.LOST:
      // A part of the recording itself is missing: events of any thread may have been in it.
      for (const thread of state.threads) loseThread(state, thread, 0);
      state.lost += a >>> 0;
      state.gate.known = false;
      break;
  }
}

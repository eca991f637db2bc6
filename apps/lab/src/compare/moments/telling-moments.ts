/** The moments of a recording that show what a comparison found: clients that waited for another one, and long turns. */
import {
  copyState,
  countWaiting,
  eventCount,
  fold,
  initialState,
  type Recording,
  type State,
  stuckInBacklog,
} from '@concurrent-primes/trace';
import * as format from '../sentence-format.ts';

/** Between two looks at the clients: a few turns of a busy server. */
const LOOK_EVERY_EVENTS = 500;

/** A moment, and what it shows. */
export interface Moment {
  readonly step: number;
  readonly text: string;
}

/** What a recording shows best; undefined where it shows nothing of the kind. */
export interface TellingMoments {
  /** When most clients waited for another client. */
  readonly waiting: Moment | undefined;
  /** The turn of a loop that took longest. */
  readonly longestTurn: Moment | undefined;
}

/** Finds them. */
export function tellingMoments(recording: Recording): TellingMoments {
  const state = beginningOf(recording);
  let most = 0;
  let longestUs = 0;
  let waiting: Moment | undefined;
  let longestTurn: Moment | undefined;
  for (const batch of recording.eventsFrom(state.position)) {
    const count = eventCount(batch);
    for (let from = 0; from < count; from += LOOK_EVERY_EVENTS) {
      fold(state, batch, from, Math.min(count, from + LOOK_EVERY_EVENTS));
      const found = countWaiting(state);
      if (found.waiting > most) {
        most = found.waiting;
        waiting = { step: state.step, text: waitingText(state, found.waiting, found.present) };
      }
      for (const { kind, durationUs = 0, step, turn } of state.history) {
        if (kind !== 'turn' || durationUs <= longestUs || step === state.step) continue;
        longestUs = durationUs;
        longestTurn = {
          step,
          text: `its longest turn, turn ${format.number(turn)}, took ${format.duration(durationUs / 1000)}`,
        };
      }
    }
  }
  return { waiting, longestTurn: state.server.architecture === 'loop' ? longestTurn : undefined };
}

function beginningOf(recording: Recording): State {
  return recording.begin === 0 ? initialState(recording.header.server) : copyState(recording.stateAt(recording.begin));
}

function waitingText(state: State, waiting: number, present: number): string {
  const held = state.threads.filter(({ info, client }) => info.role === 'pool' && client !== undefined).length;
  const holders = held === 0 ? '' : `, while ${format.count(held, 'client')} held its threads`;
  const backlog = stuckInBacklog(state);
  const kernel = backlog === 0 ? '' : `, ${format.number(backlog)} of them in the kernel’s backlog`;
  return `${format.number(waiting)} of ${format.count(present, 'client')} waited for another one${kernel}${holders}`;
}

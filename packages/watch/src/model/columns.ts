/** The history: which columns of the recording are in view, and where each stands to the moment that is shown. */
import type { Column, State } from '@concurrent-primes/trace';
import { number } from './words.ts';

/** A column in view. */
export interface ShownColumn {
  readonly step: number;
  /** Its number, shortened to fit. */
  readonly label: string;
  /** Its number. */
  readonly whole: string;
  readonly when: 'past' | 'now' | 'later' | 'unseen';
  /** Undefined for steps that haven't happened. */
  readonly column: Column | undefined;
  /** Height of the bar above, 0 to 1. */
  readonly height: number;
}

/**
 * The columns in view.
 *
 * @param state - the state that is shown
 * @param later - columns after it that were seen already
 * @param room - how many columns fit
 */
export function columnsOf(state: State, later: readonly Column[], room: number): readonly ShownColumn[] {
  const known = [...state.history, ...later];
  const now = state.history.length - 1;
  // What comes later keeps a third of the room, so that going back shows what was seen; the moment stays in view.
  const ahead = Math.min(later.length, Math.floor(room / 3));
  const end = Math.min(known.length, Math.max(now + 1 + ahead, Math.min(room, known.length)));
  const begin = Math.max(0, end - room);
  const shown = known.slice(begin, end);
  const bars = barsOf(state, known, now).slice(begin, end);
  const most = Math.max(1e-9, ...bars);
  const columns = shown.map((column, index): ShownColumn => {
    const at = begin + index;
    return {
      step: column.step,
      label: labelOf(column),
      whole: number(numberOf(column)),
      when: at < now ? 'past' : at === now ? 'now' : 'later',
      column,
      height: bars[index]! / most,
    };
  });
  const next = (shown.at(-1)?.step ?? 0) + 1;
  const rest = Array.from({ length: room - columns.length }, (_, index): ShownColumn => ({
    step: next + index,
    label: '',
    whole: '',
    when: 'unseen',
    column: undefined,
    height: 0,
  }));
  return [...columns, ...rest];
}

/** Lengths of turns; in servers without turns, the time since the step before, from microseconds to seconds. */
function barsOf(state: State, known: readonly Column[], now: number): readonly number[] {
  if (state.server.architecture === 'loop') {
    const lastTurnUs = state.threads[known[now]?.thread ?? 0]?.lastTurnUs;
    return known.map(({ durationUs }, index) => durationUs ?? (index === now ? (lastTurnUs ?? 0) : 0));
  }
  return known.map(({ timeUs }, index) => Math.log10(1 + (timeUs - (known[index - 1]?.timeUs ?? timeUs)) / 1000));
}

/** A turn's number, or a step's. */
function numberOf({ kind, turn, step }: Column): number {
  return kind === 'turn' && turn > 0 ? turn : step;
}

/** The last two digits: the columns are narrow. */
function labelOf(column: Column): string {
  if (column.kind === 'lost') return '!';
  if (column.kind === 'left-out') return '…';
  const value = numberOf(column);
  return value < 100 ? String(value) : String(value % 100).padStart(2, '0');
}

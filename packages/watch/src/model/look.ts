/** The whole picture of one moment. */
import type { Column, State } from '@concurrent-primes/trace';
import { callBins, turnBins, waitBins } from './bins.ts';
import { columnsOf, type ShownColumn } from './columns.ts';
import { glanceOf } from './glance.ts';
import { machineOf } from './machine.ts';
import type { Bin, Glance, Machine, Row, Sentence } from './picture.ts';
import { keptTitle, rowsOf, sizeOf, type Size } from './rows.ts';
import { type Seats, seatsOf } from './seats.ts';
import { sentenceOf } from './sentence.ts';
import { Standings } from './standing.ts';
import { type ThreadBox, threadBoxesOf, type QueueBoxes, queueBoxesOf } from './thread-boxes.ts';

/** What decides how a moment is shown, beside the moment itself. */
export interface LookOptions {
  /** Whether the step isn't over. */
  readonly inside: boolean;
  /** Columns after this moment that were seen already. */
  readonly later: readonly Column[];
  /** How many columns fit. */
  readonly columns: number;
  /** Width of a strip, in characters: rows of few clients have more room. */
  readonly room: (size: Size) => number;
  /** The client that the reader picked. */
  readonly picked: number | undefined;
}

/** What a crowd of clients looks like. */
export interface Crowd {
  /** The seats of a loop. */
  readonly seats: Seats | undefined;
  /** The threads of a pool and its queue. */
  readonly threads: readonly ThreadBox[];
  readonly queue: QueueBoxes | undefined;
  readonly bins: {
    readonly title: string;
    readonly note: string;
    readonly unit: string;
    readonly bins: readonly Bin[];
  };
  /** The last steps. */
  readonly recent: readonly Column[];
}

/** The picture. */
export interface Picture {
  readonly size: Size;
  readonly sentence: Sentence;
  readonly glance: Glance;
  readonly machine: Machine | undefined;
  readonly rows: readonly Row[];
  /** Above the rows, when only some are kept in view. */
  readonly rowsTitle: string | undefined;
  readonly columns: readonly ShownColumn[];
  readonly crowd: Crowd | undefined;
}

/** The last turns that a crowd's picture shows. */
const RECENT = 120;

/** Computes the picture of a state. */
export function pictureOf(state: State, { inside, later, columns, room, picked }: LookOptions): Picture {
  const standings = new Standings(state);
  const size = sizeOf(standings.present.length);
  const isCrowd = size === 'many' || size === 'crowd';
  return {
    size,
    sentence: sentenceOf(state, standings, inside),
    glance: glanceOf(state, standings, inside),
    machine: machineOf(state, standings),
    rows: rowsOf(state, standings, size, room, picked),
    rowsTitle: isCrowd ? keptTitle(state) : undefined,
    columns: columnsOf(state, later, columns),
    crowd: isCrowd ? crowdOf(state, standings) : undefined,
  };
}

function crowdOf(state: State, standings: Standings): Crowd {
  const recent = state.history.slice(-RECENT);
  if (state.server.architecture === 'pool') {
    return {
      seats: undefined,
      threads: threadBoxesOf(state, standings),
      queue: queueBoxesOf(state, standings),
      bins: {
        title: 'How long they wait, since their accept',
        note:
          state.backlog.length > 0
            ? 'Clients in the backlog are not counted: the server doesn’t know them.'
            : 'Clients that wait for another client.',
        unit: 'time without a thread',
        bins: waitBins(state, standings),
      },
      recent,
    };
  }
  const isLoop = state.server.architecture === 'loop';
  return {
    seats: seatsOf(state, standings),
    threads: [],
    queue: undefined,
    bins: isLoop
      ? {
          title: 'Turns since a client’s last call',
          note: 'Filled: served. Outlined: not ready, it waits for itself. Hatched: ready for more than a turn, it waits for another client.',
          unit: 'turns',
          bins: turnBins(standings),
        }
      : {
          title: 'Time since a client’s last callback',
          note: 'Filled: served now. Outlined: it waits for itself.',
          unit: 'time',
          bins: callBins(state, standings),
        },
    recent,
  };
}

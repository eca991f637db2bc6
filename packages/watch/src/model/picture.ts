/**
 * What the page shows of one moment, as data.
 *
 * The model computes it from the state that the events fold to; the page only lays it out. So each sentence, number and
 * mark is tested without a browser, and a terminal can show the same.
 */
import type { WaitingKind } from '@concurrent-primes/trace';

/** A sentence; words between asterisks are strong: `*Turn 8.* select() reports …`. */
export type Text = string;

/** The sentence about this step, and the one about clients that wait. */
export interface Sentence {
  readonly lead: Text;
  readonly more: Text;
}

/** The box beside the sentence. */
export interface Glance {
  /** Whether a client waits for another client. */
  readonly bad: boolean;
  /** `4 of 7`. */
  readonly figure: string;
  readonly lines: readonly Text[];
}

/** One or more sockets in a station of the machine. */
export interface Chip {
  readonly text: string;
  readonly look: 'plain' | 'in' | 'out' | 'other' | 'room';
  /** The call is due, not made. */
  readonly due?: boolean;
}

/** One part of the machine. */
export interface Station {
  readonly title: string;
  readonly note: string;
  /** What this part does, for readers that see it for the first time. */
  readonly help: string;
  readonly chips: readonly Chip[];
  readonly look: 'quiet' | 'busy' | 'held';
  /** How it follows the station before: after an arrow with these words, or beside it. */
  readonly link: { readonly words: string } | 'beside' | undefined;
}

/** The machine: the parts of a server, and which client is where. */
export interface Machine {
  readonly title: string;
  /** What leads from the last station back to the first one: `next turn`. */
  readonly back: string | undefined;
  readonly stations: readonly Station[];
  /** What the machine can't show. */
  readonly caveat: string | undefined;
}

/** One part of a conversation. */
export type StripPart =
  | { readonly is: 'note'; readonly text: string }
  /** The boxes of a message that has arrived in part; the last `now` of the `got` bytes came in this step. */
  | { readonly is: 'bytes'; readonly got: number; readonly now: number; readonly of: number }
  | {
      readonly is: 'cell';
      readonly text: string;
      readonly shape: 'interval' | 'count' | 'integer' | 'sum';
      readonly look: 'sent' | 'now-out' | 'now-in' | 'next' | 'pending';
    };

/** One client, or s0, or the clients that the kernel keeps. */
export interface Row {
  /** The client's lasting name; `s0` and `backlog` are no clients. */
  readonly key: number | 's0' | 'backlog';
  readonly name: string;
  /** Where it is: `watched ▲ writable`, `queue, place 1`, `T1`. */
  readonly place: string;
  /** The place is a thread, whose name stands in a box. */
  readonly tagged: boolean;
  readonly kind: WaitingKind;
  readonly reason: string;
  readonly strip: readonly StripPart[];
}

/** A bar of a histogram. */
export interface Bin {
  readonly label: string;
  readonly served: number;
  readonly itself: number;
  readonly another: number;
}

/** What can be watched: the shape of a running server, so that this package knows no server. */
import type { EventBatch, RecordingHeader } from '@concurrent-primes/trace';

/** Events of a server; there is one reader. */
export interface WatchedTrace {
  readonly header: RecordingHeader;
  /** Returns the events since the last call. */
  read(): EventBatch[];
  /** Leaves out the events so far, but for the last ones of each thread. */
  passOver(): void;
  /** Asks all threads to describe their clients. */
  askForSnapshots(): void;
}

/** Holds a server, and lets it go step by step. */
export interface WatchedGate {
  readonly mode: 'run' | 'held' | 'slow';
  hold(): void;
  /** @returns the number of threads that go on */
  step(what: 'turn' | 'call'): number;
  /** @param perSecond - steps a second */
  slow(perSecond: number): void;
  run(): void;
}

/**
 * Holds the clients of servers that are shown side by side, instead of the servers: a step lets one client act. So the
 * servers differ by what they are, and not by where they are held.
 */
export interface ClientsGate extends WatchedGate {
  /** The last thing that a client did, as a sentence without its full stop; '' before. */
  readonly lastAct: string;
  /** Calls back after each change of the mode and each act. */
  onChange(changed: () => void): void;
}

/** A running server with events. */
export interface Watchable {
  readonly trace: WatchedTrace;
  readonly gate: WatchedGate;
}

/** A server to watch that is a script: the test decides what happens when. */
import { EVENT_WORDS } from '@concurrent-primes/trace';
import type { Watchable } from '../serve/watchable.ts';
import { headerOf, RECORDINGS } from './recordings.ts';

/** The server, and the test's side of it. */
export interface WatchedScript extends Watchable {
  /** What the gate was told, in order. */
  readonly told: readonly string[];
  /** Lets the next events happen; default: all that are left. */
  happen(events?: number): void;
}

/** @param name - the recording that happens */
export function watchedScript(name: keyof typeof RECORDINGS): WatchedScript {
  const { server, batch } = RECORDINGS[name]!();
  const told: string[] = [];
  let mode: 'run' | 'held' | 'slow' = 'run';
  let from = 0;
  let to = 0;
  return {
    told,
    happen(events = Infinity) {
      to = Math.min(batch.words.length, to + events * EVENT_WORDS);
    },
    trace: {
      header: headerOf(server),
      read() {
        const words = batch.words.subarray(from, to);
        from = to;
        return words.length === 0 ? [] : [{ baseUs: batch.baseUs, words }];
      },
      passOver: () => undefined,
      askForSnapshots: () => undefined,
    },
    gate: {
      get mode() {
        return mode;
      },
      hold() {
        mode = 'held';
        told.push('hold');
      },
      step(what) {
        told.push(`step ${what}`);
        return 1;
      },
      slow(perSecond) {
        mode = 'slow';
        told.push(`slow ${perSecond}`);
      },
      run() {
        mode = 'run';
        told.push('run');
      },
    },
  };
}

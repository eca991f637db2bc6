/** Moments of the test recordings. */
import { EVENT_WORDS, fold, initialState, Recording, type RecordingHeader, type State } from '@concurrent-primes/trace';
import { type Picture, pictureOf } from '../model/index.ts';
import { RECORDINGS, type TestRecording } from './recordings.ts';

/** A recording in memory. */
export function recordingOf({ server, batch }: TestRecording): Recording {
  const header: RecordingHeader = {
    format: 'concurrent-primes/recording@1',
    server,
    startedMs: 0,
    versions: {},
    machine: {},
  };
  const recording = new Recording(header);
  recording.addEvents(batch);
  return recording;
}

/** The state at the end of a step of a named recording. */
export function stateAt(name: string, step: number): State {
  return recordingOf(RECORDINGS[name]!()).stateAtStep(step);
}

/**
 * States of a recording at about this many moments, inside steps too, in order. It folds the recording once: a state is
 * valid until the next one is taken.
 */
export function* statesOf({ server, batch }: TestRecording, count: number): Generator<State> {
  const state = initialState(server);
  yield state;
  const stride = EVENT_WORDS * Math.max(1, Math.floor(batch.words.length / EVENT_WORDS / count));
  for (let from = 0; from < batch.words.length; from += stride) {
    fold(state, { baseUs: batch.baseUs, words: batch.words.subarray(from, from + stride) });
    yield state;
  }
}

/** The picture of a state, with room for 18 columns and long strips. */
export function pictureIn(state: State, inside = false): Picture {
  return pictureOf(state, { inside, later: [], columns: 18, room: () => 51, picked: undefined });
}

/** Moments of the test recordings. */
import { Recording, type RecordingHeader, type State } from '@concurrent-primes/trace';
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

/** The picture of a state, with room for 18 columns and long strips. */
export function pictureIn(state: State, inside = false): Picture {
  return pictureOf(state, { inside, later: [], columns: 18, room: () => 51, picked: undefined });
}

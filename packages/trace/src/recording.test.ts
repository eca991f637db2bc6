import { expect, it } from 'vitest';
import { encodeEvents, type EventBatch } from './batch.ts';
import { fold } from './fold.ts';
import { MAGIC, readRecording } from './frames.ts';
import { initialState } from './initial-state.ts';
import { openRecording } from './open-recording.ts';
import { Recorder } from './recorder.ts';
import { Recording, type RecordingOptions } from './recording.ts';
import { recordingTail } from './recording-tail.ts';
import { HEADER, LOOP_SERVER } from './testing/sample.ts';

const TURNS = 20_000;
const MARK_EVERY = 500;

/** Turns of a millisecond each. */
function turns(from: number, count: number): EventBatch {
  const turn = (number: number) =>
    ({ name: 'TURN', thread: 0, slot: 0, timeUs: 1000 * number, a: number, b: 4 }) as const;
  return encodeEvents(Array.from({ length: count }, (_, index) => turn(from + index)));
}

/** A file as a server writes it, which marks it every half a second. */
async function file(): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  const recorder = new Recorder(HEADER, (bytes) => chunks.push(bytes));
  const state = initialState(LOOP_SERVER);
  for (let turn = 1; turn <= TURNS; turn += MARK_EVERY) {
    const batch = turns(turn, MARK_EVERY);
    recorder.add(batch);
    fold(state, batch);
    recorder.mark(state);
  }
  await recorder.flush();
  return Buffer.concat(chunks);
}

function open(bytes: Uint8Array, options?: RecordingOptions): Promise<Recording> {
  return openRecording([bytes], options);
}

it('a Recording of a file with keyframes has the same states as one that folded every event', async () => {
  const opened = await open(await file());
  const folded = new Recording(HEADER);
  folded.addEvents(turns(1, TURNS));
  expect([opened.end, opened.lastStep, opened.firstStep]).toEqual([TURNS, TURNS, folded.firstStep]);
  for (const step of [1, 2, 499, 500, 501, 2048, 2049, 9999, TURNS - 1, TURNS]) {
    expect(opened.positionAfter(step)).toBe(folded.positionAfter(step));
    expect(opened.stateAtStep(step)).toEqual(folded.stateAtStep(step));
  }
  expect(opened.state).toEqual(folded.state);
});

it('a Recorder marks with a keyframe only when there are many events since the last one', async () => {
  const parts: string[] = [];
  for await (const { type } of readRecording([await file()])) parts.push(type);
  const marks = TURNS / MARK_EVERY;
  // 2,048 events are in five marks.
  expect(parts.filter((type) => type === 'keyframe')).toHaveLength(marks / 5);
  expect(parts.filter((type) => type === 'events')).toHaveLength(marks);
});

it('recordingTail() throws when the recording is damaged', async () => {
  await expect(recordingTail(Uint8Array.of(1, 2, 3))).rejects.toThrow('it must begin with CPWATCH1');
  await expect(recordingTail(MAGIC)).rejects.toThrow('it must begin with a header');
  const damaged = Uint8Array.from(await file()).fill(0xff, 5000, 6000);
  await expect(recordingTail(damaged)).rejects.toThrow('cannot read the recording');
});

it('recordingTail() leaves out the oldest events, up to a keyframe', async () => {
  const whole = await file();
  const { bytes: tail, fromUs } = await recordingTail(whole, 16 * 6000);
  expect(tail.length).toBeLessThan(whole.length / 2);
  const [opened, all] = [await open(tail), await open(whole)];
  expect(opened.end).toBe(TURNS);
  expect(opened.begin).toBeGreaterThanOrEqual(TURNS - 6000);
  expect(opened.begin).toBeLessThan(TURNS - 6000 + 5 * MARK_EVERY);
  expect(opened.stateAtStep(TURNS - 1000)).toEqual(all.stateAtStep(TURNS - 1000));
  expect(fromUs).toBe(1000 * opened.begin);
  expect(await recordingTail(whole)).toEqual({ bytes: whole, fromUs: 0 });
});

import { expect, it } from 'vitest';
import { type EventBatch, decodeEvents, encodeEvents } from './batch.ts';
import { fold } from './fold.ts';
import {
  FrameCutter,
  type RecordingPart,
  compressFrame,
  eventsFrame,
  headerFrame,
  keyframe,
  readRecording,
} from './frames.ts';
import { initialState } from './initial-state.ts';
import { Recorder } from './recorder.ts';
import { Recording } from './recording.ts';
import { HEADER, LOOP_SERVER, conversation } from './testing/sample.ts';

const EVENTS = conversation();

async function record(compress: boolean, batches: readonly EventBatch[], eachIsFlushed = true): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  const recorder = new Recorder(HEADER, (bytes) => chunks.push(bytes), { compress });
  const state = initialState(LOOP_SERVER);
  for (const batch of batches) {
    recorder.add(batch);
    fold(state, batch);
    if (eachIsFlushed) await recorder.flush();
  }
  recorder.addKeyframe(state);
  await recorder.flush();
  return Buffer.concat(chunks);
}

async function read(bytes: Uint8Array): Promise<RecordingPart[]> {
  const parts: RecordingPart[] = [];
  for await (const part of readRecording([bytes])) parts.push(part);
  return parts;
}

function eventsOf(parts: readonly RecordingPart[]): unknown[] {
  return parts.flatMap((part) => (part.type === 'events' ? decodeEvents(part.batch) : []));
}

it.for([true, false])('readRecording() returns what a Recorder wrote, compressed: %s', async (compress) => {
  const batches = [encodeEvents(EVENTS.slice(0, 20)), encodeEvents(EVENTS.slice(20))];
  for (const flushed of [true, false]) {
    const parts = await read(await record(compress, batches, flushed));
    expect(parts[0]).toEqual({ type: 'header', header: HEADER });
    expect(eventsOf(parts)).toEqual(EVENTS);
    expect(parts.at(-1)?.type).toBe('keyframe');
  }
});

it('readRecording() yields all frames that are whole when the file is cut off at any byte', async () => {
  const bytes = await record(
    true,
    EVENTS.map((one) => encodeEvents([one])),
  );
  const ends = [8];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  while (ends.at(-1)! < bytes.length) ends.push(ends.at(-1)! + 8 + view.getUint32(ends.at(-1)! + 4, true));
  for (let length = 0; length <= bytes.length; length += 1) {
    const parts = await read(bytes.subarray(0, length));
    expect(parts).toHaveLength(Math.max(0, ends.filter((end) => end <= length).length - 1));
    const events = eventsOf(parts);
    expect(events).toEqual(EVENTS.slice(0, events.length));
  }
}, 30_000);

it('readRecording() takes the bytes in any pieces', async () => {
  const bytes = await record(true, [encodeEvents(EVENTS)]);
  const parts: RecordingPart[] = [];
  for await (const part of readRecording(Array.from(bytes, (byte) => Uint8Array.of(byte)))) parts.push(part);
  expect(eventsOf(parts)).toEqual(EVENTS);
});

it('readRecording() throws when the bytes are no recording, or damaged', async () => {
  await expect(read(Uint8Array.of(71, 73, 70))).rejects.toThrow(
    'cannot read the recording: it must begin with CPWATCH1',
  );
  const bytes = Uint8Array.from(await record(true, [encodeEvents(EVENTS)]));
  bytes.fill(0xff, bytes.length - 40, bytes.length - 20);
  await expect(read(bytes)).rejects.toThrow('cannot read the recording: a frame must be intact');
});

it('compressFrame() makes long frames shorter and leaves short ones', async () => {
  const long = eventsFrame(encodeEvents(EVENTS));
  expect((await compressFrame(long)).length).toBeLessThan(0.7 * long.length);
  const short = eventsFrame(encodeEvents(EVENTS.slice(0, 1)));
  expect(await compressFrame(short)).toBe(short);
});

it('FrameCutter cuts a live stream that begins with a frame', () => {
  const cutter = new FrameCutter(true);
  const frames = cutter.push(Buffer.concat([headerFrame(HEADER), keyframe(initialState(LOOP_SERVER))]));
  expect(frames.map(({ type, compressed }) => [type, compressed])).toEqual([
    [1, false],
    [3, false],
  ]);
});

it('stateAt() of a Recording is the fold of the first events, at every position and step', () => {
  const recording = new Recording(HEADER);
  for (let from = 0; from < EVENTS.length; from += 7) recording.addEvents(encodeEvents(EVENTS.slice(from, from + 7)));
  for (let position = 0; position <= EVENTS.length; position += 1) {
    const state = initialState(LOOP_SERVER);
    fold(state, encodeEvents(EVENTS), 0, position);
    expect(recording.stateAt(position)).toEqual(state);
  }
  expect(recording.lastStep).toBe(7);
  for (let step = 1; step <= 7; step += 1) expect(recording.stateAtStep(step).threads[0]!.turn).toBe(step);
  expect(recording.state.position).toBe(EVENTS.length);
});

it('Recording drops the oldest events when there are too many', () => {
  const recording = new Recording(HEADER, { detailBytes: 16 * 8192 });
  const turns = 40_000;
  for (let turn = 1; turn <= turns; turn += 100) {
    const events = Array.from({ length: 100 }, (_, i) => ({
      ...({ name: 'TURN', thread: 0, slot: 0, b: 4 } as const),
      timeUs: 1000 * (turn + i),
      a: turn + i,
    }));
    recording.addEvents(encodeEvents(events));
  }
  expect([recording.end, recording.lastStep]).toEqual([turns, turns]);
  expect(recording.begin).toBeGreaterThan(turns - 14_000);
  for (const step of [recording.firstStep, recording.firstStep + 1, turns - 5000, turns]) {
    expect(recording.stateAtStep(step).threads[0]!.turn).toBe(step);
  }
  expect(recording.stateAt(0).position).toBe(recording.begin);
  expect(recording.positionAt(1000 * (turns - 10))).toBe(turns - 11);
});

/** Shortens a recording to what a page keeps, so that a long one opens as fast. */
import { EVENT_BYTES } from './events.ts';
import { eventCount } from './batch.ts';
import { decodeFrame, encodeFrame, FrameCutter, MAGIC, type RecordingPart } from './frames.ts';
import { DEFAULT_DETAIL_BYTES } from './recording.ts';

/**
 * Returns a recording without its oldest events: it begins at the first keyframe after which there are few enough.
 *
 * @param bytes - the recording
 * @param detailBytes - most bytes of events to keep; default: as many as a `Recording` keeps
 * @returns the recording itself if it is short enough, or if none of its keyframes comes late enough; and the time at which
 * it begins, in microseconds since the server started
 * @throws Error if it is damaged, or no recording
 */
export async function recordingTail(
  bytes: Uint8Array,
  detailBytes = DEFAULT_DETAIL_BYTES,
): Promise<{ readonly bytes: Uint8Array; readonly fromUs: number }> {
  const cutter = new FrameCutter();
  const frames = cutter.push(bytes);
  // Throws if the last bytes were damaged.
  cutter.push(new Uint8Array(0));
  const parts = await Promise.all(frames.map(decodeFrame));
  if (parts[0]?.type !== 'header') throw new Error('cannot read the recording: it must begin with a header');
  let kept = 0;
  let begin = parts.length;
  for (let index = parts.length - 1; index > 0 && kept <= detailBytes; index -= 1) {
    const part = parts[index];
    if (part?.type === 'keyframe') begin = index;
    kept += eventBytes(part);
  }
  const [header] = frames;
  const first = parts[begin];
  if (kept <= detailBytes || first?.type !== 'keyframe') return { bytes, fromUs: 0 };
  return {
    bytes: joined([MAGIC, encodeFrame(header!), ...frames.slice(begin).map(encodeFrame)]),
    fromUs: first.packed.state.realUs,
  };
}

function eventBytes(part: RecordingPart | undefined): number {
  return part?.type === 'events' ? eventCount(part.batch) * EVENT_BYTES : 0;
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}

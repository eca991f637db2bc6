/** Opens a whole recording. */
import { readRecording } from './frames.ts';
import { Recording, type RecordingOptions } from './recording.ts';

/**
 * Reads a recording to its end.
 *
 * @param chunks - its bytes: a file's stream, or an array
 * @param options - of the recording
 * @throws Error if it is no recording, or damaged
 */
export async function openRecording(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  options?: RecordingOptions,
): Promise<Recording> {
  let recording: Recording | undefined;
  for await (const part of readRecording(chunks)) {
    if (part.type === 'header') recording = new Recording(part.header, options);
    else recording?.add(part);
  }
  if (recording === undefined) throw new Error('cannot read the recording: it must begin with a header');
  return recording;
}

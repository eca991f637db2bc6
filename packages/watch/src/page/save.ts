/** Saves what the page has as a recording file. */
import { eventsFrame, headerFrame, keyframe, MAGIC, type Recording } from '@concurrent-primes/trace';

/** The recording as bytes: the header, the first state that is kept, and all events after it. */
export function recordingBytes(recording: Recording): Blob {
  const { header, begin } = recording;
  const first = begin === 0 ? [] : [keyframe(recording.stateAt(begin))];
  const events = [...recording.eventsFrom(begin)].map(eventsFrame);
  return new Blob([MAGIC.slice(), headerFrame(header), ...first, ...events], { type: 'application/octet-stream' });
}

/** Offers the recording as a download. */
export function saveRecording(recording: Recording): void {
  const link = document.createElement('a');
  const url = URL.createObjectURL(recordingBytes(recording));
  link.href = url;
  link.download = `${recording.header.server.name}-${recording.lastStep}.cpr`;
  link.click();
  setTimeout(() => {
    URL.revokeObjectURL(url);
  }, 60_000);
}

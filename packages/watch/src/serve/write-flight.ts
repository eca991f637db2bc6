/**
 * The flight recorder: what a server did last, in a file, when something goes wrong.
 *
 * The rings of the server's threads have it at any time; nothing is written before somebody asks.
 */
import { writeFile } from 'node:fs/promises';
import { Recorder } from '@concurrent-primes/trace';
import type { TraceFeed } from './trace-feed.ts';

/**
 * Writes the last events of a server.
 *
 * @param feed - its events
 * @param path - a new file
 * @throws Error with a code, such as EEXIST or ENOSPC, when it can't be written
 */
export async function writeFlight(feed: TraceFeed, path: string): Promise<void> {
  const { keyframe, batches } = feed.recent();
  const pieces: Uint8Array[] = [];
  const recorder = new Recorder(feed.header, (bytes) => {
    pieces.push(bytes);
  });
  if (keyframe !== undefined) recorder.addFrame(keyframe);
  for (const batch of batches) recorder.add(batch);
  await recorder.flush();
  await writeFile(path, Buffer.concat(pieces), { flag: 'wx' });
}

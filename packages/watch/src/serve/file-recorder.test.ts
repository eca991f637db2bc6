import { createReadStream, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openRecording, packState } from '@concurrent-primes/trace';
import { expect, it, onTestFinished } from 'vitest';
import { watchedScript } from '../testing/watched-script.ts';
import { FileRecorder } from './file-recorder.ts';
import { TraceFeed } from './trace-feed.ts';

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'watch-'));
  onTestFinished(() => {
    rmSync(path, { recursive: true });
  });
  return path;
}

const NEVER_FAILS = (error: Error): never => {
  throw error;
};

it('writes a recording that reads back as the same state', async () => {
  const server = watchedScript('ten');
  const feed = new TraceFeed(server.trace);
  const path = join(folder(), 'ten.cpr');
  const recorder = await FileRecorder.begin(feed, path, NEVER_FAILS);
  server.happen(50);
  feed.read();
  server.happen();
  await recorder.close();
  const recording = await openRecording(createReadStream(path));
  expect(packState(recording.state)).toEqual(packState(feed.state));
  expect(feed.watched).toBe(false);
});

it('throws when the file cannot be written', async () => {
  const { trace } = watchedScript('ten');
  const path = join(folder(), 'missing', 'ten.cpr');
  await expect(FileRecorder.begin(new TraceFeed(trace), path, NEVER_FAILS)).rejects.toThrow('ENOENT');
});

it('says when writing fails later, and goes on watching', async () => {
  const server = watchedScript('crowd');
  const feed = new TraceFeed(server.trace);
  const failures: string[] = [];
  const recorder = await FileRecorder.begin(feed, '/dev/full', (error) => failures.push(error.message));
  server.happen();
  feed.read();
  await expect.poll(() => failures).toHaveLength(1);
  expect(failures[0]).toContain('ENOSPC');
  await recorder.close();
});

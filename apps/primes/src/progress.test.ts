import { describe, expect, it } from 'vitest';
import { Progress } from './progress.ts';

function start(): { progress: Progress; at: (ms: number, fraction: number) => void; written: string[] } {
  const written: string[] = [];
  let nowMs = 5000;
  const progress = new Progress(
    (text) => written.push(text),
    () => nowMs,
  );
  return {
    progress,
    written,
    at: (ms, fraction) => {
      nowMs = 5000 + ms;
      progress.update(fraction);
    },
  };
}

describe('Progress', () => {
  it('shows nothing of a short run', () => {
    const { progress, at, written } = start();
    at(999, 0.9);
    progress.stop();
    expect(written).toEqual([]);
  });

  it('rewrites its line five times a second, and erases it', () => {
    const { progress, at, written } = start();
    at(1000, 0.25);
    at(1199, 0.26);
    at(1200, 0.3);
    progress.stop();
    expect(written).toEqual(['\r\u001B[K25 %, about 3 s left', '\r\u001B[K30 %, about 3 s left', '\r\u001B[K']);
  });
});

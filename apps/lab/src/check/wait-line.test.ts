import { TextSink } from '@concurrent-primes/fixtures';
import { describe, expect, it } from 'vitest';
import { WaitLine } from './wait-line.ts';

function shown(isTTY: boolean, ...looksMs: readonly number[]): string {
  const stderr = new TextSink({ isTTY });
  const line = new WaitLine(stderr, 10_000);
  for (const waitedMs of looksMs) line.show(32_767, waitedMs);
  line.clear();
  return stderr.text;
}

describe('WaitLine', () => {
  it('is silent about a server that listens soon', () => {
    expect(shown(true, 0, 500, 999)).toBe('');
    expect(shown(false, 0, 500, 999)).toBe('');
  });

  it('counts the seconds on a terminal, and leaves nothing behind', () => {
    const lines = shown(true, 10, 1010, 1020, 2010).split('\r\u001B[K');
    expect(lines).toEqual([
      '',
      'waiting for a server on port 32767: 1 of 10 s (--start-timeout; Ctrl-C ends it)',
      'waiting for a server on port 32767: 2 of 10 s (--start-timeout; Ctrl-C ends it)',
      '',
    ]);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(79);
  });

  it('is a single line elsewhere, also when the server is started again', () => {
    const stderr = new TextSink();
    const line = new WaitLine(stderr, 10_000);
    for (const port of [32_767, 32_766]) {
      for (const waitedMs of [1010, 1020, 2010]) line.show(port, waitedMs);
      line.clear();
    }
    expect(stderr.text).toBe('waiting for a server on port 32767, for 10 s at most (--start-timeout)\n');
  });
});

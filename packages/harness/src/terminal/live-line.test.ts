import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { LiveLine, type LiveLineOptions } from './live-line.ts';

const ERASE = '\r\u001B[K';

function start(options: LiveLineOptions = {}, isTTY = true) {
  const written: string[] = [];
  const clock = { ms: 5000 };
  const outlet = Object.assign(
    new Writable({
      decodeStrings: false,
      write(text: string, _encoding, done) {
        written.push(text);
        done();
      },
    }),
    { isTTY },
  );
  return { line: new LiveLine(outlet, { nowMs: () => clock.ms, ...options }), written, clock };
}

describe('LiveLine', () => {
  it('erases before it writes, and never fills the last column', () => {
    const { line, written } = start();
    line.show('x'.repeat(100));
    line.clear();
    line.clear();
    expect(written).toEqual([ERASE + 'x'.repeat(79), ERASE]);
  });

  it('shows nothing of a short run', () => {
    const { line, written, clock } = start({ quietMs: 1000 });
    clock.ms += 999;
    line.show('early');
    line.clear();
    expect(written).toEqual([]);
  });

  it('rewrites its line no more often than told', () => {
    const { line, written, clock } = start({ quietMs: 1000, everyMs: 200 });
    for (const [atMs, text] of [
      [1000, 'one'],
      [1199, 'two'],
      [1200, 'three'],
    ] as const) {
      clock.ms = 5000 + atMs;
      line.show(() => text);
    }
    expect(written).toEqual([`${ERASE}one`, `${ERASE}three`]);
  });

  it.each([
    ['a pipe', {}, false],
    ['a terminal that can not erase', { env: { TERM: 'dumb' } }, true],
  ])('is silent in %s', (_, options, isTTY) => {
    const { line, written } = start(options, isTTY);
    line.show('text');
    line.clear();
    expect([line.isVisible, written]).toEqual([false, []]);
  });
});

import type { State } from '@concurrent-primes/trace';
import { describe, expect, it } from 'vitest';
import { pictureOf } from '../model/index.ts';
import { recordingOf, stateAt, statesOf } from '../testing/moments.ts';
import { RECORDINGS } from '../testing/recordings.ts';
import { linesOf, roomIn } from './terminal-screen.ts';

const STYLES = new RegExp(`${String.fromCharCode(27)}\\[[\\d;]*m`, 'g');

function screen(state: State, hasColours = false): string[] {
  const columns = 80;
  const room = roomIn(columns);
  const look = { inside: false, later: [], columns: room.history, room: () => room.strip, picked: undefined };
  const picture = pictureOf(state, look);
  return linesOf({ state, picture, mode: 'HELD', columns, rows: 24, hasColours, picked: undefined });
}

function atStep(name: string, step: number): string[] {
  return screen(stateAt(name, step));
}

describe('linesOf', () => {
  it.for(Object.keys(RECORDINGS))('fits 80 columns and 24 lines at any moment of %s', (name) => {
    for (const state of statesOf(RECORDINGS[name]!(), 40)) {
      const lines = screen(state);
      expect(lines).toHaveLength(24);
      expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(80);
      expect(lines.join('\n')).not.toMatch(/undefined|NaN/);
    }
  });

  it('shows what the page shows of a turn', () => {
    const lines = atStep('four', 9);
    expect(lines.slice(2, 6)).toEqual([
      'Turn 9. select() reports no socket readable, s2 and s3 writable. 113 is sent to',
      's2. 7 is sent to s3.',
      's1 isn’t ready: it isn’t reading. s4 isn’t ready: 5 bytes of its request are',
      'missing. The loop skips them, and no other client waits for them.',
    ]);
    expect(lines.find((line) => line.includes('s3   '))).toMatch(
      /^ s3 {3}watched ▲ {6}\[2, 30\] 4 sent ▲7 ›11 .*▲▲▲▲▲ +$/,
    );
    expect(lines.find((line) => line.includes('s4   '))).toMatch(/^–s4 {3}watched ▼ {6}■■■□□□□□ 3 of the 8 bytes/);
  });

  it('marks clients that wait for another client without colours', () => {
    const lines = atStep('pool', 16);
    expect(lines.some((line) => line.startsWith('! 3 of 6 wait for another client'))).toBe(true);
    for (const row of ['!s5   queue, place 1', '!s6   accept thread', '!?    backlog']) {
      expect(lines.some((line) => line.startsWith(row))).toBe(true);
    }
  });

  it('says the same with colours', () => {
    const recording = recordingOf(RECORDINGS['pool']!());
    const [plain, coloured] = [screen(recording.state), screen(recording.state, true)];
    expect(coloured).not.toEqual(plain);
    expect(coloured.map((line) => line.replaceAll(STYLES, ''))).toEqual(plain);
  });
});

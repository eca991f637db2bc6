import { describe, expect, it } from 'vitest';
import { findScenario } from './scenario.ts';
import { madeUp, threeRounds } from '../testing/made-up-comparison.ts';
import { renderText } from './compare-text.ts';

const SLOW = madeUp(
  {
    select: { loads: threeRounds({ rate: 9000, p50Ms: 1, p99Ms: 3 }) },
    'epoll+quantum=16384+table=full': { loads: threeRounds({ rate: 123_456, p50Ms: 0.123, p99Ms: 0.456 }) },
    'pool:5': { loads: threeRounds({ rate: 0, p50Ms: 2500, p99Ms: 2500 }) },
  },
  findScenario('slow-network'),
);

describe('renderText()', () => {
  it('keeps to 80 columns, and has ordinary spaces only', () => {
    const text = renderText(SLOW);
    for (const line of text.split('\n')) expect(line.length, line).toBeLessThanOrEqual(80);
    expect(text).not.toContain('\u00A0');
    // No colours: it may go to a file.
    expect(text).not.toContain('\u001B');
  });

  it('shows the table, the findings and the caveats', () => {
    const lines = renderText(SLOW).split('\n');
    expect(lines[0]).toBe('slow-network: Most clients read slowly');
    expect(lines[2]).toMatch(/^server +requests\/s +median +99 % +CPU\/request +memory$/);
    expect(lines[3]).toMatch(/^select +9,000 +1 ms +3 ms +55\.6 µs +60 MB$/);
    expect(lines).toContain('1.  pool:5 starves: slow clients held its 5 threads, and all other clients');
    expect(renderText({ ...SLOW, interrupted: true })).toContain('Caveats:\n  - Is it complete?');
  });

  it('names the group of the metrics when there are several groups', () => {
    const giants = madeUp({ epoll: { loads: threeRounds({}, {}) } }, findScenario('giants-and-mice'));
    expect(renderText(giants)).toContain('Times and requests are those of the mice.');
  });
});

import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { REPORT } from '../../testing/reports.ts';
import type { CheckReport } from '../check.ts';
import { CHECKS } from '../checks.ts';
import { COLOURED, renderText } from './text-report.ts';

const WIDTH = 80;

function withSkipped(reasons: readonly string[]): CheckReport {
  const results = reasons.map((reason, index) => ({
    name: `check-${index}`,
    group: 'zoo' as const,
    title: 'does it',
    elapsedMs: 0,
    status: 'skipped' as const,
    reason,
  }));
  return { ...REPORT, results };
}

describe('renderText()', () => {
  it('writes a line a check, and the evidence below a failure', () => {
    expect(renderText(REPORT)).toBe(
      `Checking python3 "server.py" <{port}> & 'co' (seed 7)

  ✓ answer                        answers
  ✗ request-split                 takes a request # cut in two

      The request for [100, 120] came in "two" pieces: <nothing> & more\\.
      → Read in a loop until you have all 8 bytes, because one recv() returns
        what has come so far, from 1 byte on.

      time    0                                                         1.03 s
      the <other> client:
      client  +▼·····························································×
      server  ·▲······························································
      calls   arr-------------------------------------------------------------
              + connects   ▼ client sends   ▲ server sends   × ends   · silence
              server’s calls: a accept  r recv  s send  c close  - not returned

      the server's system calls for the <other> client:
        200 µs    accept4(3) = 4
        500 µs    recvfrom(4, 8) = 1
        600 µs    recvfrom(4, 7) has not returned

      client  connects
      client  00                       byte 1 of 8
      the other client:
      server  00 00 00 05 00 00 00 65  5, 101

      the server printed:
        Traceback: red  ]]> </failure>
        ok 3 - not a point

  - glued                         skipped: because request-split failed
  - ahead                         skipped: because request-split failed

1 passed, 1 failed, 2 skipped, in 1.2 s
1 check left out: without --full
Again, only these: --only request-split
`,
    );
  });

  it('puts many checks that were skipped for one reason on one line', () => {
    const lines = renderText(withSkipped(['one', 'one', 'one', 'one', 'two', 'two', 'two', 'one'])).split('\n');
    expect(lines.slice(2, 7)).toEqual([
      '  - 4 checks                      skipped: one',
      '  - check-4                       skipped: two',
      '  - check-5                       skipped: two',
      '  - check-6                       skipped: two',
      '  - check-7                       skipped: one',
    ]);
  });

  it('says the same with colour', () => {
    const coloured = renderText(REPORT, COLOURED);
    expect(coloured).not.toBe(renderText(REPORT));
    expect(stripVTControlCharacters(coloured)).toBe(renderText(REPORT));
  });

  it('fits in 80 columns with every check there is', () => {
    const reason = 'because the server serves nobody since zoo-leaves-before-the-request';
    for (const status of [{ status: 'passed' }, { status: 'skipped', reason }] as const) {
      const results = CHECKS.map(({ name, group, title }) => ({ name, group, title, elapsedMs: 1, ...status }));
      for (const line of renderText({ ...REPORT, results }).split('\n')) expect(line.length).toBeLessThanOrEqual(WIDTH);
    }
  });
});

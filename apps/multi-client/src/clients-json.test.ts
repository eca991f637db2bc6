import { expect, it } from 'vitest';
import { renderJson } from './clients-json.ts';
import { MIXED, WIDEST } from './testing/sample-reports.ts';

it('renderJson() rounds durations to microseconds', () => {
  expect(JSON.parse(renderJson({ ...MIXED, elapsedMs: 2.1713199999 }))).toMatchObject({ total: { elapsedMs: 2.171 } });
});

it('renderJson() writes one document with sums as strings', () => {
  expect(JSON.parse(renderJson(MIXED))).toEqual({
    address: '127.0.0.1:65432',
    clients: [
      { client: 0, interval: [100, 200], count: 21, sum: '3167', elapsedMs: 1.24 },
      { client: 1, interval: [1100, 1200], received: 3, error: { name: 'RangeError', message: 'it broke' } },
    ],
    total: { clients: 2, failed: 1, count: 21, sum: '3167', elapsedMs: 1250 },
  });
  expect(renderJson(WIDEST)).toContain('"sum": "109930816131860852"');
  expect(renderJson(WIDEST)).toMatch(/\n$/);
});

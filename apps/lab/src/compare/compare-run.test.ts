import { expect, it } from 'vitest';
import { madeUp, threeRounds } from '../testing/made-up-comparison.ts';
import { reportName } from './compare-run.ts';
import { joinResults } from './joined-results.ts';

it('reportName() has the scenario and the time, or both times of joined results', () => {
  const monday = { ...madeUp({ epoll: { loads: threeRounds({}) } }), startedAt: '2026-11-23T07:56:21.123Z' };
  const friday = { ...madeUp({ epoll: { loads: threeRounds({}) } }), startedAt: '2026-11-27T18:00:00.000Z' };
  const { name } = monday.scenario;
  expect(reportName(monday)).toBe(`${name}-20261123-075621`);
  expect(reportName(joinResults(monday, friday))).toBe(`${name}-20261123-075621-to-20261127-180000`);
});

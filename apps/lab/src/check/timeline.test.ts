import { expect, it } from 'vitest';
import { sinceTheFirst, Timeline } from './timeline.ts';

function timelineAt() {
  const clock = { ms: 100 };
  return { clock, timeline: new Timeline(() => clock.ms) };
}

it('a Timeline joins bytes of one side that follow each other closely, and nothing else', () => {
  const { clock, timeline } = timelineAt();
  timeline.event('client', 'connects');
  for (const [ms, from, bytes] of [
    [101, 'client', 3],
    [103, 'client', 5],
    [104, 'server', 4],
    [120, 'server', 8],
  ] as const) {
    clock.ms = ms;
    timeline.bytes(from, bytes);
  }
  expect(timeline.happenings).toEqual([
    { from: 'client', atMs: 100, untilMs: 100, bytes: 0, what: 'connects', is: 'connect' },
    { from: 'client', atMs: 101, untilMs: 103, bytes: 8, what: '', is: 'bytes' },
    { from: 'server', atMs: 104, untilMs: 104, bytes: 4, what: '', is: 'bytes' },
    { from: 'server', atMs: 120, untilMs: 120, bytes: 8, what: '', is: 'bytes' },
  ]);
});

it('a Timeline of a slow answer stays short, and counts all bytes', () => {
  const { clock, timeline } = timelineAt();
  for (let piece = 0; piece < 10_000; piece += 1) {
    clock.ms += 10;
    timeline.bytes('server', 4);
  }
  expect(timeline.happenings).toHaveLength(100);
  expect(timeline.happenings.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(40_000);
  expect(timeline.happenings.at(-1)!.untilMs).toBe(clock.ms);
});

it('sinceTheFirst() counts the times of all connections from the first happening', () => {
  const at = (atMs: number) => ({ from: 'client', atMs, untilMs: atMs + 1, bytes: 1, what: '', is: 'bytes' }) as const;
  const [one, other] = sinceTheFirst([
    { who: 'one', happenings: [at(1200)], untilMs: 1600 },
    { who: 'other', happenings: [at(1000), at(1500)], untilMs: 1600 },
  ]);
  expect([one!.untilMs, other!.untilMs]).toEqual([600, 600]);
  expect([one, other].map((line) => line!.happenings.map(({ atMs, untilMs }) => [atMs, untilMs]))).toEqual([
    [[200, 201]],
    [
      [0, 1],
      [500, 501],
    ],
  ]);
});

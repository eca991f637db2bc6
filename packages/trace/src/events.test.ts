import { expect, it } from 'vitest';
import { decodeEvents, encodeEvents } from './batch.ts';
import {
  EVENTS,
  type EventKind,
  type EventName,
  codeOf,
  eventHead,
  eventName,
  eventTable,
  threadOf,
} from './events.ts';

const KINDS = Object.entries(EVENTS) as [EventName, EventKind][];

it('EVENTS has codes that differ and fit in 6 bits', () => {
  const codes = KINDS.map(([, { code }]) => code);
  expect(new Set(codes).size).toBe(codes.length);
  expect(Math.min(...codes)).toBeGreaterThan(0);
  expect(Math.max(...codes)).toBeLessThan(64);
});

it.for(KINDS)('decodeEvents() returns what encodeEvents() got when the kind is %s', ([name, { a, b }]) => {
  for (const [low, high, timeUs] of [
    [0, 0, 0],
    [1, 2, 2 ** 31 - 1],
    [2 ** 31 - 1, 7, 2 ** 32 + 5],
    [a?.signed === true ? -3 : 2 ** 32 - 3, b?.signed === true ? -(2 ** 31) : 2 ** 31, 2 ** 45],
  ] as const) {
    const event = { name, timeUs, thread: 1022, slot: 65_534, a: low, b: high };
    expect(decodeEvents(encodeEvents([event]))).toEqual([event]);
  }
});

it('decodeEvents() leaves out kinds that it does not know', () => {
  const batch = encodeEvents([{ name: 'TURN', timeUs: 5, thread: 0, slot: 0, a: 1, b: 4 }]);
  batch.words[1] = eventHead(63, 0, 0);
  expect(decodeEvents(batch)).toEqual([]);
  expect(eventName(63)).toBeUndefined();
});

it('eventHead() keeps code, thread and slot apart', () => {
  const head = eventHead(32, 1023, 0xffff);
  expect([codeOf(head), threadOf(head), head >>> 16]).toEqual([32, 1023, 0xffff]);
});

it('eventTable() has a row for each kind', () => {
  expect(eventTable().split('\n')).toHaveLength(KINDS.length + 2);
});

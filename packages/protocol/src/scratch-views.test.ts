import { expect, it } from 'vitest';
import { viewsOf } from './scratch-views.ts';

it('get() gives the view that is asked for, whatever was asked before', () => {
  const scratch = Uint8Array.of(0, 1, 2, 3, 4, 5);
  const { target, outgoing } = viewsOf(scratch);
  for (const [from, to] of [
    [0, 6],
    [4, 6],
    [4, 6],
    [4, 5],
    [0, 0],
    [0, 6],
  ] as const) {
    expect(target.get(from, to)).toEqual(scratch.slice(from, to));
    expect(outgoing.get(6 - to, 6 - from)).toEqual(scratch.slice(6 - to, 6 - from));
  }
  expect(target.get(0, 6).buffer).toBe(scratch.buffer);
});

it('viewsOf() gives all sessions of a scratch buffer the same views, and those of another their own', () => {
  const [one, other] = [new Uint8Array(8), new Uint8Array(8)];
  expect(viewsOf(one)).toBe(viewsOf(one));
  expect(viewsOf(one).target.get(0, 4).buffer).not.toBe(viewsOf(other).target.get(0, 4).buffer);
});

import { expect, it } from 'vitest';
import { momentHash, readMoment } from './address.ts';

it.for([
  [{ step: undefined, position: undefined }, ''],
  [{ step: 8, position: undefined }, '#step=8'],
  [{ step: 8, position: 123 }, '#step=8&event=123'],
] as const)('momentHash() and readMoment() agree on %o', ([moment, hash]) => {
  expect(momentHash(moment)).toBe(hash);
  expect(readMoment(hash)).toEqual(moment);
});

it('readMoment() ignores what is no number', () => {
  expect(readMoment('#step=x&event=-1')).toEqual({ step: undefined, position: undefined });
});

import { describe, expect, it } from 'vitest';
import { intervalsOf } from './client-intervals.ts';

describe('intervalsOf()', () => {
  it('moves the interval up by a step a client', () => {
    expect(intervalsOf([-10, 5], 3, 1000)).toEqual([
      [-10, 5],
      [990, 1005],
      [1990, 2005],
    ]);
    expect(intervalsOf([100, 200], 2, 0)).toEqual([
      [100, 200],
      [100, 200],
    ]);
    expect(intervalsOf([0, 9], 2, -10)[1]).toEqual([-10, -1]);
  });

  it('takes the whole of int32', () => {
    expect(intervalsOf([-2_147_483_648, 2_147_482_647], 2, 1000)[1]).toEqual([-2_147_482_648, 2_147_483_647]);
  });

  it('throws when a bound leaves int32', () => {
    expect(() => intervalsOf([0, 2_147_482_648], 2, 1000)).toThrow(
      new RangeError(
        'cannot give client 1 its interval: bounds must be from -2147483648 to 2147483647, got [1000, 2147483648]; ' +
          'use fewer clients or another --step',
      ),
    );
    expect(() => intervalsOf([-2_147_483_648, 0], 2, -1)).toThrow(RangeError);
  });
});

import { describe, expect, it } from 'vitest';
import { checkInteger, checkInterval } from './domain.ts';

describe('checkInteger()', () => {
  it('takes both ends of the range', () => {
    expect(() => {
      checkInteger('test', 'n', -3, -3, 7);
      checkInteger('test', 'n', 7, -3, 7);
    }).not.toThrow();
  });

  it.each([-4, 8])('throws a RangeError when %d is outside', (n) => {
    expect(() => {
      checkInteger('test', 'n', n, -3, 7);
    }).toThrow(new RangeError(`cannot test: n must be an integer from -3 to 7, got ${n}`));
  });

  it.each([
    [0.5, '0.5'],
    [NaN, 'NaN'],
    [Infinity, 'Infinity'],
    ['5', '"5"'],
    [5n, '5n'],
    [null, 'null'],
    [undefined, 'undefined'],
    [Object.create(null), 'a value of type object'],
    [Symbol('5'), 'a value of type symbol'],
  ])('throws a TypeError that shows the value when it is no integer (case %#)', (value: unknown, shown) => {
    expect(() => {
      checkInteger('test', 'n', value, -3, 7);
    }).toThrow(new TypeError(`cannot test: n must be an integer from -3 to 7, got ${shown}`));
  });
});

describe('checkInterval()', () => {
  it('names the bound that is wrong', () => {
    expect(() => {
      checkInterval('test', 0, 2 ** 31);
    }).toThrow(/b must be .*got 2147483648/);
    expect(() => {
      checkInterval('test', -(2 ** 31) - 1, 0);
    }).toThrow(/a must be .*got -2147483649/);
  });

  it('accepts an interval with a > b', () => {
    expect(() => {
      checkInterval('test', 2 ** 31 - 1, -(2 ** 31));
    }).not.toThrow();
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluate } from './expression.ts';

interface Tree {
  readonly text: string;
  readonly value: bigint;
}

describe('evaluate()', () => {
  it.each([
    ['0', 0n],
    ['1000', 1000n],
    ['1_000_000', 1_000_000n],
    ['1e9', 1_000_000_000n],
    ['1E+3', 1000n],
    ['1.5e3', 1500n],
    ['2.50e1', 25n],
    ['2^31-1', 2_147_483_647n],
    ['2**31 - 1', 2_147_483_647n],
    ['-2^31', -2_147_483_648n],
    ['1e6+10*3', 1_000_030n],
    ['(1e6+10)*3', 3_000_030n],
    ['10-2-3', 5n],
    ['100/10/2', 5n],
    ['-7/2', -3n],
    ['2^3^2', 512n],
    ['-2^2', -4n],
    ['(-2)^2', 4n],
    ['2*-3', -6n],
    ['--5', 5n],
    ['+5', 5n],
    ['0^0', 1n],
    ['(-1)^(10^30+1)', -1n],
    ['0^(10^30)', 0n],
    ['2^127', 2n ** 127n],
  ])('gives %s its value %d', (text, value) => {
    expect(evaluate(text)).toBe(value);
  });

  it.each([
    ['', 'expected a number at the end'],
    ['abc', 'expected a number at "a"'],
    ['1e', 'expected an operator at "e"'],
    ['1+', 'expected a number at the end'],
    ['(1', 'expected ")" at the end'],
    ['1)', 'expected an operator at ")"'],
    ['1 2', 'expected an operator at "2"'],
    ['0x10', 'expected an operator at "x"'],
    ['1,5', 'expected an operator at ","'],
  ])('throws a SyntaxError that names the place when it gets %j', (text, message) => {
    expect(() => evaluate(text)).toThrow(new SyntaxError(message));
  });

  it.each([
    ['1.5', '1.5 is not an integer'],
    ['1.25e1', '1.25e1 is not an integer'],
    ['1/0', 'division by 0'],
    ['2^-1', 'the exponent -1 is negative'],
    ['9^9^9', 'a result has more than 128 bits'],
    ['2^128', 'a result has more than 128 bits'],
    ['2^127*2', 'a result has more than 128 bits'],
    ['1e999999999', 'a result has more than 128 bits'],
    ['9'.repeat(100_000), 'a result has more than 128 bits'],
  ])('throws a RangeError when %.20s has no value that fits', (text, message) => {
    expect(() => evaluate(text)).toThrow(new RangeError(message));
  });

  it('agrees with bigint arithmetic on any tree of operators', () => {
    const { tree } = fc.letrec<{ tree: Tree }>((tie) => ({
      tree: fc.oneof(
        { maxDepth: 4 },
        fc.bigInt({ min: -1000n, max: 1000n }).map((value) => ({ text: String(value), value })),
        fc
          .tuple(tie('tree'), tie('tree'))
          .map(([x, y]) => ({ text: `(${x.text})+(${y.text})`, value: x.value + y.value })),
        fc
          .tuple(tie('tree'), tie('tree'))
          .map(([x, y]) => ({ text: `(${x.text}) - (${y.text})`, value: x.value - y.value })),
        fc
          .tuple(tie('tree'), tie('tree'))
          .map(([x, y]) => ({ text: `(${x.text})*(${y.text})`, value: x.value * y.value })),
      ),
    }));
    const bits = (value: bigint): number => value.toString(2).length;
    fc.assert(
      fc.property(tree, ({ text, value }) => {
        fc.pre(bits(value) < 100);
        expect(evaluate(text)).toBe(value);
      }),
    );
  });
});

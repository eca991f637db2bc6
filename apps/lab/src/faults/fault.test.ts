import { describe, expect, it } from 'vitest';
import { type Fault, isRefusal } from './fault.ts';

const FAULT: Fault = { title: 'something', expects: 'nothing', cause: () => Promise.resolve() };
const RESTART: Fault = { ...FAULT, refuses: ['connect-refused'], endsKept: true };

describe('isRefusal()', () => {
  it.for([
    ['fresh', 'connect-refused', true],
    ['kept', 'connect-refused', true],
    ['kept', 'early-end', true],
    ['kept', 'reset', true],
    ['kept', 'unanswered', false],
    ['fresh', 'early-end', false],
    ['fresh', 'reset', false],
    ['fresh', 'wrong-primes', false],
  ] as const)('tells for a %s connection whether %s belongs to a fault that ends connections: %s', ([...row]) => {
    const [connection, kind, belongs] = row;
    expect(isRefusal({ connection, kind, count: 1 }, RESTART)).toBe(belongs);
    expect(isRefusal({ connection, kind, count: 1 }, FAULT)).toBe(false);
  });
});

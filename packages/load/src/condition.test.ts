import { describe, expect, it } from 'vitest';
import { loadResult } from './testing/sample-result.ts';
import { holds, parseCondition } from './condition.ts';

describe('parseCondition()', () => {
  it.each([
    ['p99<20ms', { kind: 'latency', part: 'done', statistic: 'p99Ms' }, '<', 20],
    [' p99.9 >= 1.5 s ', { kind: 'latency', part: 'done', statistic: 'p999Ms' }, '>=', 1500],
    ['connect.p50<=250us', { kind: 'latency', part: 'connect', statistic: 'p50Ms' }, '<=', 0.25],
    ['lastPrime.max>1µs', { kind: 'latency', part: 'lastPrime', statistic: 'maxMs' }, '>', 0.001],
    ['errors>0.1%', { kind: 'errors', of: 'percent' }, '>', 0.1],
    ['errors>=1', { kind: 'errors', of: 'number' }, '>=', 1],
    ['unfinished>0', { kind: 'unfinished', of: 'number' }, '>', 0],
    ['rate<1000', { kind: 'rate' }, '<', 1000],
    ['rate<1000/s', { kind: 'rate' }, '<', 1000],
  ] as const)('understands %s', (text, metric, operator, value) => {
    const condition = parseCondition(text);
    expect(condition).toMatchObject({ text: text.trim(), metric, operator });
    expect(condition.value).toBeCloseTo(value, 12);
  });

  it.each([
    '',
    'p99',
    'p99<20',
    'p98<20ms',
    'p99=20ms',
    'p99<-1ms',
    'errors>1ms',
    'rate>5%',
    'done.errors>1',
    'x.p99<1ms',
  ])('does not understand %j', (text) => {
    expect(() => parseCondition(text)).toThrow(`it must be like p99<20ms, errors>0.1% or rate>=1000, got '${text}'`);
  });
});

describe('holds()', () => {
  const result = loadResult({ p99Ms: 20, requests: 990, errors: { reset: 6, timeout: 3 }, unfinished: 1, rate: 500 });

  it.each([
    ['p99<20ms', false],
    ['p99<=20ms', true],
    ['p99>19.9ms', true],
    ['errors>8', true],
    ['errors>9', false],
    ['errors>=0.9%', true],
    ['errors>0.9%', false],
    ['unfinished>=0.1%', true],
    ['rate<500', false],
    ['rate>=500', true],
  ])('%s: %s', (text, expected) => {
    expect(holds(parseCondition(text), result)).toBe(expected);
  });

  it('has no share of nothing', () => {
    const nothing = loadResult({ p99Ms: 0, requests: 0, errors: {}, unfinished: 0, rate: 0 });
    expect(holds(parseCondition('errors>=0.1%'), nothing)).toBe(false);
  });
});

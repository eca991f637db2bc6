import { InvalidArgumentError } from 'commander';
import { describe, expect, it } from 'vitest';
import {
  decimalNumber,
  hostAndPort,
  hostName,
  listOf,
  percentage,
  repeated,
  seconds,
  secondsOrZero,
  secondsUpTo,
  toOptionParser,
  wholeNumber,
} from './option-parsers.ts';

describe('wholeNumber()', () => {
  it('takes the whole numbers of its range', () => {
    expect(['0', '80', '65535', '007'].map((text) => wholeNumber(0, 65_535)(text))).toEqual([0, 80, 65_535, 7]);
    expect(['-10', '+3'].map((text) => wholeNumber(-10, 10)(text))).toEqual([-10, 3]);
  });

  it.for(['', ' ', '-1', '65536', '1.5', '1e3', '0x10', '80 ', 'http', 'Infinity', '99999999999999999999'])(
    'refuses and names its range when given "%s"',
    (text) => {
      expect(() => wholeNumber(0, 65_535)(text)).toThrow(
        new InvalidArgumentError('It must be a whole number from 0 to 65535.'),
      );
    },
  );
});

describe('decimalNumber()', () => {
  it('takes numbers of its range, and nothing else', () => {
    expect(['0.1', '5', '3600'].map((text) => decimalNumber(0.1, 3600)(text))).toEqual([0.1, 5, 3600]);
    for (const text of ['', ' ', '0.09', '3601', '1e2', 'x', '5s']) {
      expect(() => decimalNumber(0.1, 3600)(text)).toThrow('It must be a number from 0.1 to 3600.');
    }
  });
});

describe('seconds(), secondsOrZero() and secondsUpTo()', () => {
  it('give milliseconds', () => {
    expect(['1', '0.25', '60.0', '1000000'].map((text) => seconds(text))).toEqual([1000, 250, 60_000, 1_000_000_000]);
    expect(['0', '00', '0.00', '2.5'].map((text) => secondsOrZero(text))).toEqual([0, 0, 0, 2500]);
    expect(secondsUpTo(10)('0.0001')).toBe(1);
  });

  it.for(['', '0', '0.0', '-1', '1000001', '.5', '5s', '1e3', 'Infinity', 'NaN'])(
    'refuse and name their range when given "%s"',
    (text) => {
      expect(() => seconds(text)).toThrow(
        new InvalidArgumentError('It must be a number of seconds, more than 0 and at most 1000000.'),
      );
    },
  );

  it('refuse -0', () => {
    expect(() => secondsOrZero('-0')).toThrow(InvalidArgumentError);
  });
});

it('percentage() takes a share in per cent', () => {
  expect(['10%', '0.5%', '0%', '100%'].map((text) => percentage(text))).toEqual([0.1, 0.005, 0, 1]);
  for (const text of ['10', '101%', '-1%', '%', '']) expect(() => percentage(text)).toThrow(InvalidArgumentError);
});

it('hostName() takes anything but an empty text', () => {
  expect(['localhost', '::1'].map((text) => hostName(text))).toEqual(['localhost', '::1']);
  expect(() => hostName('')).toThrow(new InvalidArgumentError('It must be a host name or a numeric address.'));
});

it('hostAndPort() takes a host and a port', () => {
  expect(hostAndPort('127.0.0.1:65432')).toEqual({ host: '127.0.0.1', port: 65_432 });
  expect(hostAndPort('[::1]:80')).toEqual({ host: '::1', port: 80 });
  for (const text of ['', 'host', ':80', 'host:0', 'host:65536', '::1:80']) {
    expect(() => hostAndPort(text)).toThrow('It must be HOST:PORT');
  }
});

it('listOf() takes names separated by commas', () => {
  expect(listOf()('a,b')).toEqual(['a', 'b']);
  expect(() => listOf()('a,,b')).toThrow('It must be names, separated by commas.');
  expect(() => listOf(['a', 'b'])('a,c')).toThrow('It must be some of a, b, separated by commas.');
});

it('repeated() collects values', () => {
  const parse = repeated(wholeNumber(0, 9));
  expect(parse('2', parse('1', []))).toEqual([1, 2]);
});

it('toOptionParser() turns errors into complaints about the option', () => {
  const parse = toOptionParser((text: string) => {
    if (text === 'fine') return 1;
    throw new RangeError('why');
  });
  expect(parse('fine')).toBe(1);
  expect(() => parse('bad')).toThrow(new InvalidArgumentError('why'));
});

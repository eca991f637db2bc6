import { InvalidArgumentError } from 'commander';
import { expect, it } from 'vitest';
import { hostName, seconds, secondsOrZero, wholeNumber } from './flags.ts';

it('hostName() takes anything but an empty text', () => {
  expect(['localhost', '::1'].map((text) => hostName(text))).toEqual(['localhost', '::1']);
  expect(() => hostName('')).toThrow(new InvalidArgumentError('It must be a host name or a numeric address.'));
});

it('wholeNumber() takes the whole numbers of its range', () => {
  const port = wholeNumber(0, 65_535);
  expect(['0', '80', '65535', '007'].map((text) => port(text))).toEqual([0, 80, 65_535, 7]);
});

it.for(['', ' ', '-1', '65536', '1.5', '1e3', '0x10', '80 ', 'http', 'Infinity', '99999999999999999999'])(
  'wholeNumber() refuses and names its range when given "%s"',
  (text) => {
    expect(() => wholeNumber(0, 65_535)(text)).toThrow(
      new InvalidArgumentError('It must be a whole number from 0 to 65535.'),
    );
  },
);

it('seconds() gives milliseconds', () => {
  expect(['1', '0.25', '60.0', '1000000'].map((text) => seconds(text))).toEqual([1000, 250, 60_000, 1_000_000_000]);
});

it.for(['', '0', '0.0', '-1', '1000001', '.5', '5s', '1e3', 'Infinity', 'NaN'])(
  'seconds() refuses and names its range when given "%s"',
  (text) => {
    expect(() => seconds(text)).toThrow(
      new InvalidArgumentError('It must be a number of seconds, more than 0 and at most 1000000.'),
    );
  },
);

it('secondsOrZero() takes 0 too', () => {
  expect(['0', '00', '0.00', '2.5'].map((text) => secondsOrZero(text))).toEqual([0, 0, 0, 2500]);
  expect(() => secondsOrZero('-0')).toThrow(InvalidArgumentError);
});

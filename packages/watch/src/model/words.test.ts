import { expect, it } from 'vitest';
import { count, duration, list, moment, number } from './words.ts';

it('number() and count() group digits and choose the plural', () => {
  expect([number(9592), count(1, 'turn'), count(2204, 'turn'), count(0, 'reply', 'replies')]).toEqual([
    '9,592',
    '1 turn',
    '2,204 turns',
    '0 replies',
  ]);
});

it('list() joins names as a sentence does', () => {
  expect([list([]), list(['s1']), list(['s1', 's2']), list(['s1', 's2', 's3'])]).toEqual([
    '',
    's1',
    's1 and s2',
    's1, s2 and s3',
  ]);
});

it('duration() chooses a unit that can be read at once', () => {
  expect([10, 999, 1000, 3900, 9949, 900_000, 1_387_000, 9_800_000, 41_200_000, 720_000_000].map(duration)).toEqual([
    ...['10 µs', '999 µs', '1.0 ms', '3.9 ms', '9.9 ms', '900 ms', '1.4 s', '9.8 s', '41 s', '12 min'],
  ]);
});

it('moment() is as exact as can be read', () => {
  expect([0, 1135, 1_400_000, 41_234_000, 3_605_000_000].map(moment)).toEqual([
    ...['0.000 ms', '1.135 ms', '1,400 ms', '41.2 s', '60 min 5 s'],
  ]);
});

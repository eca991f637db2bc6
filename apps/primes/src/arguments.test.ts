import { CommanderError } from 'commander';
import { describe, expect, it } from 'vitest';
import { parseArguments, type Question, type Settings } from './arguments.ts';

function parse(...args: string[]): Settings {
  return parseArguments(args, 4, { out: () => undefined, err: () => undefined });
}

/** What is said about bad usage. */
function complaint(...args: string[]): string {
  let text = '';
  const outlets = { out: () => undefined, err: (part: string) => (text += part) };
  expect(() => parseArguments(args, 4, outlets)).toThrow(CommanderError);
  return text;
}

describe('parseArguments()', () => {
  it.each<[string, Question]>([
    ['1e9', { kind: 'count', interval: [0, 1_000_000_000], format: 'text' }],
    ['1e9 --dist 1e6', { kind: 'count', interval: [1_000_000_000, 1_001_000_000], format: 'text' }],
    ['100 200', { kind: 'count', interval: [100, 200], format: 'text' }],
    ['200 100', { kind: 'count', interval: [200, 100], format: 'text' }],
    ['-10 10 --sum', { kind: 'sum', interval: [-10, 10], format: 'text' }],
    ['--print -- -2^31 2^31-1', { kind: 'print', interval: [-2_147_483_648, 2_147_483_647], format: 'text' }],
    ['7 -p -f int32be', { kind: 'print', interval: [0, 7], format: 'int32be' }],
    ['--nth 10^6 --format json', { kind: 'nth', n: 1_000_000, format: 'json' }],
    ['--self-test', { kind: 'self-test' }],
  ])('reads %s', (line, question) => {
    expect(parse(...line.split(' '))).toEqual({ question, time: false, threads: 4 });
  });

  it('reads --time and --threads', () => {
    expect(parse('1', '--time', '--threads', '2*8')).toMatchObject({ time: true, threads: 16 });
  });

  it.each([
    [[], 'error: an upper bound must be given, as in: primes 1e9 (see primes --help)\n'],
    [['3e9'], 'error: A must be an integer from -2147483648 to 2147483647, received 3000000000\n'],
    [['1', '2^31'], 'error: B must be an integer from -2147483648 to 2147483647, received 2147483648\n'],
    [['2e9', '-d', '1e9'], 'error: A + D must be an integer from -2147483648 to 2147483647, received 3000000000\n'],
    [['ten'], `error: command-argument value 'ten' is invalid for argument 'A'. a number must stand where "t" is.\n`],
    [['1', '2', '--dist', '3'], 'error: give B or --dist, not both\n'],
    [['1', '--nth', '3'], 'error: --nth takes no interval\n'],
    [['1', '--self-test'], 'error: --self-test takes no interval\n'],
    [['--dist', '1'], 'error: an upper bound must be given, as in: primes 1e9 (see primes --help)\n'],
    [['1', '-f', 'int32be'], 'error: --format int32be is for --print\n'],
    [['--nth', '3', '-f', 'int32be'], 'error: --format int32be is for --print\n'],
    [['1', '--print', '--sum'], "error: option '-p, --print' cannot be used with option '-s, --sum'\n"],
    [['1', '--treads', '2'], "error: unknown option '--treads'\n"],
    [
      ['1', '--threads', '0'],
      "error: option '-t, --threads <N>' argument '0' is invalid. It must be an integer from 1 to 256, received 0.\n",
    ],
  ])('says in one line what is wrong with %j', (args, text) => {
    expect(complaint(...args)).toBe(text);
  });
});

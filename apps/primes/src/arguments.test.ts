import { TextSink } from '@concurrent-primes/fixtures';
import { EXIT_USAGE, reportError } from '@concurrent-primes/harness/terminal';
import { describe, expect, it } from 'vitest';
import { parseArguments, type Question, type Settings } from './arguments.ts';

function parse(...args: string[]): Settings {
  return parseArguments(args, 4, { stdout: new TextSink(), stderr: new TextSink() });
}

/** The message for wrong usage. */
function complaint(...args: string[]): string {
  const stderr = new TextSink();
  try {
    parseArguments(args, 4, { stdout: new TextSink(), stderr });
  } catch (error) {
    expect(reportError(error, stderr)).toBe(EXIT_USAGE);
  }
  return stderr.text;
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
    [[], 'error: cannot choose an interval: there must be an upper bound, got none; try primes 1e9 or --help\n'],
    [['3e9'], 'error: cannot use A: it must be an integer from -2147483648 to 2147483647, got 3000000000\n'],
    [['1', '2^31'], 'error: cannot use B: it must be an integer from -2147483648 to 2147483647, got 2147483648\n'],
    [
      ['2e9', '-d', '1e9'],
      'error: cannot use A + D: it must be an integer from -2147483648 to 2147483647, got 3000000000\n',
    ],
    [['ten'], 'error: cannot use A: it must be an integer or an expression (expected a number at "t"), got ten\n'],
    [['1', '2', '--dist', '3'], 'error: cannot use --dist: there must be no B, got 2\n'],
    [['1', '--nth', '3'], 'error: cannot use --nth: there must be no interval, got 1\n'],
    [['1', '--self-test'], 'error: cannot use --self-test: there must be no interval, got 1\n'],
    [
      ['--dist', '1'],
      'error: cannot choose an interval: there must be an upper bound, got none; try primes 1e9 or --help\n',
    ],
    [
      ['1', '-f', 'int32be'],
      'error: cannot use --format int32be: it must be with --print, got neither -p nor --print\n',
    ],
    [
      ['--nth', '3', '-f', 'int32be'],
      'error: cannot use --format int32be: it must be with --print, got neither -p nor --print\n',
    ],
    [['1', '--print', '--sum'], "error: option '-p, --print' cannot be used with option '-s, --sum'\n"],
    [['1', '--treads', '2'], "error: unknown option '--treads'\n"],
    [['1', '--threads', '0'], 'error: cannot use -t, --threads <N>: it must be an integer from 1 to 256, got 0\n'],
  ])('says in one line what is wrong with %j', (args, text) => {
    expect(complaint(...args)).toBe(text);
  });
});

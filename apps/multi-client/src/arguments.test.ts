import { TextSink } from '@concurrent-primes/fixtures';
import { CommanderError } from 'commander';
import { describe, expect, it } from 'vitest';
import { intervalsOf, parseArguments, type Settings } from './arguments.ts';

function parse(...args: string[]): Settings {
  return parseArguments(args, { stdout: new TextSink(), stderr: new TextSink(), env: {} });
}

/** The complaint about a command line that makes no sense. */
function complaint(...args: string[]): string {
  const stderr = new TextSink();
  try {
    parseArguments(args, { stdout: new TextSink(), stderr, env: {} });
  } catch (error) {
    expect(error).toBeInstanceOf(CommanderError);
    expect(error).not.toMatchObject({ exitCode: 0 });
  }
  return stderr.text;
}

function help(env: Record<string, string>): string {
  const stdout = new TextSink();
  expect(() => parseArguments(['--help'], { stdout, stderr: new TextSink(), env })).toThrow(
    expect.objectContaining({ exitCode: 0 }) as Error,
  );
  return stdout.text;
}

describe('parseArguments()', () => {
  it('has a default for everything but the interval', () => {
    expect(parse('100', '200')).toEqual({
      intervals: [[100, 200]],
      host: '127.0.0.1',
      port: 65_432,
      output: 'table',
      verify: false,
      greeting: false,
      sendSum: true,
      timeoutMs: undefined,
    });
  });

  it('takes every option', () => {
    const args = '1 2 -t 2 -a example.org -p 99 --step 10 --json --verify --greeting --no-sum --timeout 1.5';
    expect(parse(...args.split(' '))).toEqual({
      intervals: [
        [1, 2],
        [11, 12],
      ],
      host: 'example.org',
      port: 99,
      output: 'json',
      verify: true,
      greeting: true,
      sendSum: false,
      timeoutMs: 1500,
    });
    expect(parse('1', '2', '--clients', '3', '--address', 'h', '--port', '1', '--print')).toMatchObject({
      output: 'primes',
      intervals: [
        [1, 2],
        [1001, 1002],
        [2001, 2002],
      ],
    });
  });

  it('takes --threads, the former name of --clients', () => {
    expect(parse('1', '2', '--threads', '3').intervals).toHaveLength(3);
    expect(parse('1', '2', '--threads', '3', '--duration', '1').load?.plan.model).toEqual({
      kind: 'closed',
      clients: 3,
    });
    expect(help({})).not.toContain('--threads');
  });

  it.each([[['-10', '5']], [['--', '-10', '5']], [['-t', '1', '-10', '5']], [['-10', '5', '--step', '-3']]])(
    'takes negative numbers: %j',
    (args) => {
      expect(parse(...args).intervals).toEqual([[-10, 5]]);
    },
  );

  it('rounds a time limit up to whole milliseconds', () => {
    expect(parse('1', '2', '--timeout', '0.0001').timeoutMs).toBe(1);
  });

  it.each([
    [['1'], "missing required argument 'MAX'"],
    [['1', '2', '3'], 'too many arguments'],
    [['1', '2', '--nonsense'], "unknown option '--nonsense'"],
    [['1.5', '2'], 'cannot use MIN: it must be a whole number from -2147483648 to 2147483647, got 1.5'],
    [['1', '2147483648'], 'cannot use MAX: it must be a whole number'],
    [['', '2'], 'cannot use MIN: it must be a whole number'],
    [['1', '2', '-t', '0'], 'cannot use -t, --clients <N>: it must be a whole number from 1 to 20000, got 0'],
    [['1', '2', '-p', '0'], 'it must be a whole number from 1 to 65535, got 0'],
    [['1', '2', '-p', '65536'], 'it must be a whole number from 1 to 65535, got 65536'],
    [['1', '2', '--timeout', '0'], 'it must be a number of seconds, more than 0'],
    [['1', '2', '--timeout', ''], 'it must be a number of seconds, more than 0'],
    [['1', '2', '--print', '--json'], "'--print' cannot be used with option '--json'"],
    [['1', '2', '--threads', '2', '-t', '2'], "'--threads <N>' cannot be used with option '-t, --clients <N>'"],
    [['0', '2147483647', '-t', '2'], 'cannot give client 1 its interval: bounds must be'],
  ])('complains in one line about %j', (args, said) => {
    expect(complaint(...args)).toContain(said);
    expect(complaint(...args)).toMatch(/^error: .*\n$/);
  });

  it('prints help with examples', () => {
    const text = help({});
    expect(text).toContain('number of concurrent clients');
    expect(text).toContain('Usage: concurrent-primes-multi [options] <MIN> <MAX>');
    expect(text).toContain('$ concurrent-primes-multi 100 200 -t 10');
  });

  it.each([{}, { npm_lifecycle_event: 'multi' }])('prints help in 80 columns: %j', (env) => {
    expect(
      help(env)
        .split('\n')
        .filter((line) => line.length > 80),
    ).toEqual([]);
  });

  it('names the command that was typed in the repository', () => {
    const text = help({ npm_lifecycle_event: 'multi' });
    expect(text).toContain('Usage: pnpm --filter client run multi [options] <MIN> <MAX>');
    expect(text).toContain('$ pnpm --filter client run multi 100 200 -t 10');
  });
});

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

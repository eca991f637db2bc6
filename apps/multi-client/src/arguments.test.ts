import { CommanderError } from 'commander';
import { describe, expect, it } from 'vitest';
import { parseArguments, type Settings } from './arguments.ts';

function parse(...args: string[]): Settings {
  return parseArguments(args, { out: () => undefined, err: () => undefined });
}

/** What is said about a command line that makes no sense. */
function complaint(...args: string[]): string {
  let said = '';
  try {
    parseArguments(args, { out: () => undefined, err: (text) => (said += text) });
  } catch (error) {
    expect(error).toBeInstanceOf(CommanderError);
    expect(error).not.toMatchObject({ exitCode: 0 });
  }
  return said;
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
    expect(parse('1', '2', '--threads', '3', '--address', 'h', '--port', '1', '--print').output).toBe('primes');
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
    [['1.5', '2'], "'1.5' is invalid for argument 'MIN'. It must be an integer from -2147483648 to 2147483647."],
    [['1', '2147483648'], "'2147483648' is invalid for argument 'MAX'"],
    [['', '2'], "'' is invalid for argument 'MIN'"],
    [['1', '2', '-t', '0'], 'It must be an integer from 1 to 20000.'],
    [['1', '2', '-p', '0'], 'It must be an integer from 1 to 65535.'],
    [['1', '2', '-p', '65536'], 'It must be an integer from 1 to 65535.'],
    [['1', '2', '--timeout', '0'], 'It must be a number above 0, at most 2000000.'],
    [['1', '2', '--timeout', ''], 'It must be a number above 0, at most 2000000.'],
    [['1', '2', '--print', '--json'], "'--print' cannot be used with option '--json'"],
    [['0', '2147483647', '-t', '2'], 'cannot give client 1 its interval: bounds must be'],
  ])('complains in one line about %j', (args, said) => {
    expect(complaint(...args)).toContain(said);
    expect(complaint(...args)).toMatch(/^error: .*\n$/);
  });

  it('says what -t means, with examples, in 80 columns when asked for help', () => {
    let help = '';
    expect(() => parseArguments(['--help'], { out: (text) => (help += text), err: () => undefined })).toThrow(
      expect.objectContaining({ exitCode: 0 }) as Error,
    );
    expect(help).toContain('how many clients at once');
    expect(help).toContain('$ concurrent-primes-multi 100 200 -t 10');
    expect(help.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });
});

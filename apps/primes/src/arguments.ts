/** The command line: what can be said, and what is meant by it. */
import { MAX_INT32, MIN_INT32, PRIMES_IN_INT32 } from '@concurrent-primes/sieve';
import { Argument, Command, InvalidArgumentError, Option } from 'commander';
import { evaluate } from './expression.ts';
import { type Format, FORMATS } from './formats.ts';
import type { Interval } from './pieces.ts';

/** What the user wants to know. */
export type Question =
  | { readonly kind: 'count' | 'sum'; readonly interval: Interval; readonly format: Exclude<Format, 'int32be'> }
  | { readonly kind: 'print'; readonly interval: Interval; readonly format: Format }
  | { readonly kind: 'nth'; readonly n: number; readonly format: Exclude<Format, 'int32be'> }
  | { readonly kind: 'self-test' };

/** What the user wants. */
export interface Settings {
  readonly question: Question;
  /** Say how long it took. */
  readonly time: boolean;
  /** The most threads to write text with. */
  readonly threads: number;
}

/** Where commander puts the help, and complaints. */
export interface Outlets {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
}

/** What commander makes of the options. */
interface Options {
  readonly dist?: bigint;
  readonly print?: true;
  readonly sum?: true;
  readonly nth?: bigint;
  readonly format: Format;
  readonly threads: bigint;
  readonly time?: true;
  readonly selfTest?: true;
}

const MAX_THREADS = 256;

const EXAMPLES = `
Numbers may be expressions of + - * / ^ ( ), such as 1e9, 2^31-1, "(1e6+10)*3";
in a shell, * and ( ) need quotes. Behind --, a number may begin with a minus.

Examples:
  How many primes are there up to 10^9?
  $ primes 1e9

  And from there to 10^6 numbers further?
  $ primes 1e9 --dist 1e6

  The first primes above 10^9, themselves:
  $ primes 1e9 2^31-1 --print | head

  The sum of all primes of int32, with the time:
  $ primes 2^31-1 --sum --time

  All primes to 10^9 as text, by two threads:
  $ primes 1e9 --print --threads 2 > primes.txt

  The millionth prime, for a program:
  $ primes --nth 1e6 --format json

  All primes to 10^6 as a file of big-endian int32:
  $ primes 1e6 --print --format int32be > primes.bin

Exit code:
  0 answered (also when a reader such as head leaves), 1 failed, 2 bad usage`;

/**
 * Reads the command line.
 *
 * @param args - what stands behind the program's name
 * @param defaultThreads - what `--threads` is when it is not given
 * @param outlets - where the help goes, or what is wrong with the usage
 * @throws CommanderError with `exitCode` 0 after the help, otherwise after bad usage
 */
export function parseArguments(args: readonly string[], defaultThreads: number, outlets: Outlets): Settings {
  const command = createCommand(defaultThreads, outlets);
  command.parse(args, { from: 'user' });
  const [a, b] = command.processedArgs as [bigint | undefined, bigint | undefined];
  const options = command.opts<Options>();
  return {
    question: questionOf(command, [a, b], options),
    time: options.time ?? false,
    threads: Number(options.threads),
  };
}

function createCommand(defaultThreads: number, { out, err }: Outlets): Command {
  return (
    new Command('primes')
      .description('Counts the primes in [0, A] or [A, B]; or prints them, sums them, finds the n-th.')
      .addArgument(new Argument('[A]', 'upper bound; with B or --dist, the lower bound').argParser(integer))
      .addArgument(new Argument('[B]', 'upper bound; it belongs to the interval').argParser(integer))
      .addOption(new Option('-d, --dist <D>', 'the interval [A, A + D]').argParser(integerFrom(0, MAX_INT32)))
      .addOption(new Option('-p, --print', 'print the primes, one a line').conflicts(['sum', 'nth', 'selfTest']))
      .addOption(new Option('-s, --sum', 'sum the primes').conflicts(['nth', 'selfTest']))
      .addOption(
        new Option('-n, --nth <N>', 'find the n-th prime; the first is 2')
          .argParser(integerFrom(1, PRIMES_IN_INT32))
          .conflicts('selfTest'),
      )
      .addOption(new Option('-f, --format <FORMAT>', 'how to say it').choices(FORMATS).default('text'))
      .addOption(
        new Option('-t, --threads <N>', 'write a long list of text by at most so many threads')
          .argParser(integerFrom(1, MAX_THREADS))
          .default(BigInt(defaultThreads), 'one a core'),
      )
      .option('--time', 'say on stderr how long it took')
      .option('--self-test', 'compare with known values; takes about a second')
      .addHelpText('after', EXAMPLES)
      // Bad usage is one line.
      .showSuggestionAfterError(false)
      .configureOutput({ writeOut: out, writeErr: err, getOutHelpWidth: () => 80, getErrHelpWidth: () => 80 })
      .exitOverride()
  );
}

function questionOf(
  command: Command,
  [a, b]: readonly [bigint | undefined, bigint | undefined],
  { dist, print, sum, nth, format, selfTest }: Options,
): Question {
  if (nth !== undefined || selfTest) {
    if (a !== undefined || dist !== undefined) {
      command.error(`error: ${selfTest ? '--self-test' : '--nth'} takes no interval`);
    }
    return nth === undefined
      ? { kind: 'self-test' }
      : { kind: 'nth', n: Number(nth), format: formatOfAnswer(command, format) };
  }
  const interval = intervalOf(command, a, b, dist);
  if (print) return { kind: 'print', interval, format };
  return { kind: sum ? 'sum' : 'count', interval, format: formatOfAnswer(command, format) };
}

function formatOfAnswer(command: Command, format: Format): Exclude<Format, 'int32be'> {
  return format === 'int32be' ? command.error('error: --format int32be is for --print') : format;
}

function intervalOf(
  command: Command,
  a: bigint | undefined,
  b: bigint | undefined,
  dist: bigint | undefined,
): Interval {
  if (a === undefined) command.error('error: an upper bound must be given, as in: primes 1e9 (see primes --help)');
  if (b !== undefined && dist !== undefined) command.error('error: give B or --dist, not both');
  if (dist !== undefined) return [int32(command, 'A', a), int32(command, 'A + D', a + dist)];
  return b === undefined ? [0, int32(command, 'A', a)] : [int32(command, 'A', a), int32(command, 'B', b)];
}

function int32(command: Command, name: string, value: bigint): number {
  if (value >= MIN_INT32 && value <= MAX_INT32) return Number(value);
  return command.error(`error: ${name} must be an integer from ${MIN_INT32} to ${MAX_INT32}, received ${value}`);
}

function integer(text: string): bigint {
  try {
    return evaluate(text);
  } catch (error) {
    throw new InvalidArgumentError(`${(error as Error).message}.`);
  }
}

function integerFrom(least: number, greatest: number): (text: string) => bigint {
  return (text) => {
    const value = integer(text);
    if (value >= least && value <= greatest) return value;
    throw new InvalidArgumentError(`It must be an integer from ${least} to ${greatest}, received ${value}.`);
  };
}

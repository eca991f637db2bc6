/** The command line of `primes` and its meaning. */
import { createProgram, type Console, toOptionParser, UsageError } from '@concurrent-primes/harness/terminal';
import { MAX_INT32, MIN_INT32, PRIMES_IN_INT32 } from '@concurrent-primes/sieve';
import { Argument, Option } from 'commander';
import { evaluate } from './expression.ts';
import { type Format, FORMATS } from './formats.ts';
import type { Interval } from './pieces.ts';

/** A format for one answer; `int32be` is for lists. */
export type AnswerFormat = Exclude<Format, 'int32be'>;

/** What to compute. */
export type Question =
  | { readonly kind: 'count' | 'sum'; readonly interval: Interval; readonly format: AnswerFormat }
  | { readonly kind: 'print'; readonly interval: Interval; readonly format: Format }
  | { readonly kind: 'nth'; readonly n: number; readonly format: AnswerFormat }
  | { readonly kind: 'self-test' };

/** The meaning of a command line. */
export interface Settings {
  readonly question: Question;
  /** Whether to report the elapsed time. */
  readonly time: boolean;
  /** The most threads that write text. */
  readonly threads: number;
}

/** The options as commander parses them. */
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
Numbers may be expressions with + - * / ^ ( ), such as 1e9, 2^31-1, "(1e6+10)*3".
Quote * and ( ) in a shell. After --, a number may begin with a minus.

Examples:
  Number of primes up to 10^9:
  $ primes 1e9

  Number of primes from 10^9 to 10^9 + 10^6:
  $ primes 1e9 --dist 1e6

  First primes above 10^9:
  $ primes 1e9 2^31-1 --print | head

  Sum of all int32 primes, with the time it took:
  $ primes 2^31-1 --sum --time

  All primes up to 10^9 as text, written by two threads:
  $ primes 1e9 --print --threads 2 > primes.txt

  The millionth prime as JSON:
  $ primes --nth 1e6 --format json

  All primes up to 10^6 as a file of big-endian int32:
  $ primes 1e6 --print --format int32be > primes.bin

Exit code:
  0 success (also when a reader such as head leaves), 1 failure, 2 wrong usage`;

/**
 * Parses the arguments after the program's name.
 *
 * @throws CommanderError after the help (`exitCode` 0) or a message; UsageError for other wrong usage.
 */
export function parseArguments(
  args: readonly string[],
  defaultThreads: number,
  console: Pick<Console, 'stdout' | 'stderr'>,
): Settings {
  const command = createProgram('primes', console)
    .description('Counts, prints or sums the primes in [0, A] or [A, B], or finds the n-th prime.')
    .addArgument(new Argument('[A]', 'upper bound; with B or --dist, the lower bound').argParser(integer))
    .addArgument(new Argument('[B]', 'upper bound, inclusive').argParser(integer))
    .addOption(new Option('-d, --dist <D>', 'use the interval [A, A + D]').argParser(integerFrom(0, MAX_INT32)))
    .addOption(new Option('-p, --print', 'print the primes, one a line').conflicts(['sum', 'nth', 'selfTest']))
    .addOption(new Option('-s, --sum', 'sum the primes').conflicts(['nth', 'selfTest']))
    .addOption(
      new Option('-n, --nth <N>', 'find the n-th prime; the first is 2')
        .argParser(integerFrom(1, PRIMES_IN_INT32))
        .conflicts('selfTest'),
    )
    .addOption(new Option('-f, --format <FORMAT>', 'output format').choices(FORMATS).default('text'))
    .addOption(
      new Option('-t, --threads <N>', 'maximum number of threads that write a long list of text')
        .argParser(integerFrom(1, MAX_THREADS))
        .default(BigInt(defaultThreads), 'one for each core'),
    )
    .option('--time', 'report the elapsed time on stderr')
    .option('--self-test', 'compare results with known values; takes about a second')
    .addHelpText('after', EXAMPLES)
    // A message is one line.
    .showSuggestionAfterError(false);
  command.parse(args, { from: 'user' });
  const [a, b] = command.processedArgs as [bigint | undefined, bigint | undefined];
  const options = command.opts<Options>();
  return { question: questionOf(a, b, options), time: options.time ?? false, threads: Number(options.threads) };
}

function questionOf(a: bigint | undefined, b: bigint | undefined, options: Options): Question {
  const { dist, print, sum, nth, format, selfTest } = options;
  if (nth !== undefined || selfTest) {
    if (a !== undefined || dist !== undefined) {
      const option = selfTest ? '--self-test' : '--nth';
      throw new UsageError(`cannot use ${option}: there must be no interval, got ${a ?? `--dist ${dist!}`}`);
    }
    return nth === undefined ? { kind: 'self-test' } : { kind: 'nth', n: Number(nth), format: answerFormat(format) };
  }
  const interval = intervalOf(a, b, dist);
  if (print) return { kind: 'print', interval, format };
  return { kind: sum ? 'sum' : 'count', interval, format: answerFormat(format) };
}

function answerFormat(format: Format): AnswerFormat {
  if (format !== 'int32be') return format;
  throw new UsageError('cannot use --format int32be: it must be with --print, got neither -p nor --print');
}

function intervalOf(a: bigint | undefined, b: bigint | undefined, dist: bigint | undefined): Interval {
  if (a === undefined) {
    throw new UsageError('cannot choose an interval: there must be an upper bound, got none; try primes 1e9 or --help');
  }
  if (b !== undefined && dist !== undefined) {
    throw new UsageError(`cannot use --dist: there must be no B, got ${b}`);
  }
  if (dist !== undefined) return [int32('A', a), int32('A + D', a + dist)];
  return b === undefined ? [0, int32('A', a)] : [int32('A', a), int32('B', b)];
}

function int32(name: string, value: bigint): number {
  if (value >= MIN_INT32 && value <= MAX_INT32) return Number(value);
  throw new UsageError(`cannot use ${name}: it must be an integer from ${MIN_INT32} to ${MAX_INT32}, got ${value}`);
}

const integer = toOptionParser((text: string): bigint => {
  try {
    return evaluate(text);
  } catch (error) {
    throw new Error(`It must be an integer or an expression (${(error as Error).message}).`, { cause: error });
  }
});

function integerFrom(least: number, greatest: number): (text: string) => bigint {
  return toOptionParser((text) => {
    const value = integer(text);
    if (value >= least && value <= greatest) return value;
    throw new Error(`It must be an integer from ${least} to ${greatest}.`);
  });
}

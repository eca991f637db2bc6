/**
 * The program without its process: arguments in, text and an exit code out.
 *
 * The answer goes to stdout, everything else to stderr, so that stdout can be piped.
 */
import { countPrimes, nthPrime, sumPrimes } from '@concurrent-primes/sieve';
import { CommanderError } from 'commander';
import type { Writable } from 'node:stream';
import { parseArguments, type Question, type Settings } from './arguments.ts';
import { LISTINGS, renderAnswer } from './formats.ts';
import { Output } from './output.ts';
import { perform, usefulThreads } from './perform.ts';
import { Progress } from './progress.ts';
import { renderCheck, selfTest } from './self-test.ts';

/** What the program has of its process. */
export interface Surroundings {
  readonly stdout: Writable & { readonly isTTY?: boolean };
  readonly stderr: Writable & { readonly isTTY?: boolean };
  /** How many threads can run at once. */
  readonly cores: number;
}

/** The answer was given, or as much of it as its reader wanted. */
export const EXIT_ANSWERED = 0;
/** The answer could not be given, or the self-test failed. */
export const EXIT_FAILED = 1;
/** The command line makes no sense. */
export const EXIT_USAGE = 2;

/**
 * Runs the program.
 *
 * @param args - what stands behind the program's name
 * @param surroundings - see {@link Surroundings}
 * @returns the exit code
 */
export async function runCli(args: readonly string[], surroundings: Surroundings): Promise<number> {
  const { stdout, stderr, cores } = surroundings;
  const output = new Output(stdout);
  // Whoever has left needs no complaints; the exit code says enough.
  stderr.on('error', () => undefined);
  try {
    const settings = parseArguments(args, cores, {
      out: (text) => stdout.write(text),
      err: (text) => stderr.write(text),
    });
    const beganMs = performance.now();
    const exitCode = await answer(settings, output, surroundings);
    if (settings.time) stderr.write(`${((performance.now() - beganMs) / 1000).toFixed(3)} s\n`);
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT_ANSWERED : EXIT_USAGE;
    stderr.write(`primes: ${error instanceof Error ? error.message : String(error)}\n`);
    return EXIT_FAILED;
  }
}

async function answer(settings: Settings, output: Output, surroundings: Surroundings): Promise<number> {
  const { question } = settings;
  switch (question.kind) {
    case 'self-test':
      return testSelf(output);
    case 'nth': {
      const { n, format } = question;
      await output.write(renderAnswer({ n, prime: nthPrime(n) }, format));
      return EXIT_ANSWERED;
    }
    case 'print':
      await print(question, settings.threads, output, surroundings);
      return EXIT_ANSWERED;
    default: {
      const { kind, interval, format } = question;
      const [a, b] = interval;
      const total = kind === 'count' ? countPrimes(a, b) : sumPrimes(a, b);
      await output.write(renderAnswer({ a, b, [kind]: total }, format));
      return EXIT_ANSWERED;
    }
  }
}

async function print(
  { interval, format }: Extract<Question, { kind: 'print' }>,
  threads: number,
  output: Output,
  { stdout, stderr }: Surroundings,
): Promise<void> {
  const { job, head, between, tail } = LISTINGS[format];
  const [a, b] = interval;
  // Primes that scroll over the same terminal would tear the line of progress apart.
  const isVisible = stderr.isTTY === true && stdout.isTTY !== true;
  const progress = isVisible ? new Progress((text) => stderr.write(text)) : undefined;
  try {
    await output.write(head);
    let isFirst = true;
    for await (const { interval: piece, result } of perform(job, interval, usefulThreads(job, interval, threads))) {
      if (output.isClosed) break;
      progress?.update((piece[1] - a + 1) / (b - a + 1));
      if (result.length === 0) continue;
      if (!isFirst) await output.write(between);
      isFirst = false;
      await output.write(result);
    }
    await output.write(tail);
  } finally {
    progress?.stop();
  }
}

async function testSelf(output: Output): Promise<number> {
  let exitCode = EXIT_ANSWERED;
  for (const check of selfTest()) {
    if (check.actual !== check.expected) exitCode = EXIT_FAILED;
    await output.write(renderCheck(check));
  }
  return exitCode;
}

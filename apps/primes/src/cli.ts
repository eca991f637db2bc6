/**
 * The program without its process. The answer goes to stdout, everything else to stderr, so that stdout can be piped.
 */
import {
  type Console,
  EXIT_FAILED,
  EXIT_OK,
  isTerminal,
  LiveLine,
  runProgram,
} from '@concurrent-primes/harness/terminal';
import { countPrimes, nthPrime, sumPrimes } from '@concurrent-primes/sieve';
import { availableParallelism } from 'node:os';
import { parseArguments, type Question, type Settings } from './arguments.ts';
import { LISTINGS, renderAnswer } from './formats.ts';
import { writeOutput } from './output.ts';
import { perform, usefulThreads } from './perform.ts';
import { renderCheck, selfTest } from './self-test.ts';

/** Time before a long list shows its progress, and between two updates, in milliseconds. */
const PROGRESS = { quietMs: 1000, everyMs: 200 };

/** Runs the program and returns its exit code; `cores` is the default of `--threads`. */
export function runCli(
  args: readonly string[],
  console: Console,
  cores: number = availableParallelism(),
): Promise<number> {
  return runProgram(console, async (running) => {
    const settings = parseArguments(args, cores, running);
    const beganMs = performance.now();
    const exitCode = await answer(settings, running);
    if (settings.time) running.stderr.write(`${((performance.now() - beganMs) / 1000).toFixed(3)} s\n`);
    return exitCode;
  });
}

async function answer({ question, threads }: Settings, console: Console): Promise<number> {
  switch (question.kind) {
    case 'self-test':
      return testSelf(console);
    case 'nth': {
      const { n, format } = question;
      await writeOutput(console, renderAnswer({ n, prime: nthPrime(n) }, format));
      return EXIT_OK;
    }
    case 'print':
      await print(question, threads, console);
      return EXIT_OK;
    default: {
      const { kind, interval, format } = question;
      const [a, b] = interval;
      const total = kind === 'count' ? countPrimes(a, b) : sumPrimes(a, b);
      await writeOutput(console, renderAnswer({ a, b, [kind]: total }, format));
      return EXIT_OK;
    }
  }
}

async function print(
  { interval, format }: Extract<Question, { kind: 'print' }>,
  threads: number,
  console: Console,
): Promise<void> {
  const { job, head, between, tail } = LISTINGS[format];
  const { stdout, stderr, env, interrupt } = console;
  const [a, b] = interval;
  const beganMs = performance.now();
  using line = new LiveLine(stderr, { env, ...PROGRESS });
  await writeOutput(console, head);
  let isFirst = true;
  for await (const { interval: piece, result } of perform(job, interval, usefulThreads(job, interval, threads))) {
    if (interrupt.aborted) break;
    // Primes on the same terminal would scroll the progress away.
    if (!isTerminal(stdout)) line.show(() => progress((piece[1] - a + 1) / (b - a + 1), performance.now() - beganMs));
    if (result.length === 0) continue;
    if (!isFirst) await writeOutput(console, between);
    isFirst = false;
    await writeOutput(console, result);
  }
  await writeOutput(console, tail);
}

/** The text of the progress, given the finished fraction of the work and the time so far. */
export function progress(fraction: number, elapsedMs: number): string {
  const leftMs = (elapsedMs / fraction) * (1 - fraction);
  return `${Math.floor(100 * fraction)} %, about ${Math.ceil(leftMs / 1000)} s left`;
}

async function testSelf(console: Console): Promise<number> {
  let exitCode: number = EXIT_OK;
  for (const check of selfTest()) {
    if (check.actual !== check.expected) exitCode = EXIT_FAILED;
    await writeOutput(console, renderCheck(check));
  }
  return exitCode;
}

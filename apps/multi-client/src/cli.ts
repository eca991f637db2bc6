/**
 * The program without its process: arguments in, text and an exit code out.
 *
 * Results go to stdout, everything else to stderr, so that stdout can be piped. A reader of stdout that leaves (`head`)
 * ends the run as if it were done: it has what it wanted.
 */
import { ConnectError } from '@concurrent-primes/client';
import { CommanderError } from 'commander';
import type { Writable } from 'node:stream';
import { parseArguments, type Settings } from './arguments.ts';
import { EXIT_FAILED, EXIT_INTERRUPTED, EXIT_SERVED, EXIT_USAGE } from './exit-codes.ts';
import { renderJson } from './json.ts';
import { runLoadCommand } from './load/command.ts';
import { PrimePrinter } from './prime-printer.ts';
import { ProgressLine } from './progress-line.ts';
import { isFailed, type RunReport } from './report.ts';
import { type Progress, runClients } from './run.ts';
import { renderTable } from './table.ts';

/** What the program has of its process. */
export interface Surroundings {
  readonly stdout: Writable & { readonly isTTY?: boolean };
  readonly stderr: Writable & { readonly isTTY?: boolean };
  /** Aborts when the user interrupts. */
  readonly interrupt: AbortSignal;
}

/**
 * Runs the program.
 *
 * @param args - what stands behind the program's name
 * @param surroundings - see {@link Surroundings}
 * @returns the exit code
 */
export async function runCli(args: readonly string[], surroundings: Surroundings): Promise<number> {
  const { stdout, stderr } = surroundings;
  const output = watchOutput(surroundings);
  let settings: Settings;
  try {
    settings = parseArguments(args, { out: (text) => stdout.write(text), err: (text) => stderr.write(text) });
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT_SERVED : EXIT_USAGE;
    throw error;
  }
  const code = await perform(settings, surroundings, output);
  if (!output.aborted) await written(stdout);
  if (output.aborted) return hasReaderLeft(output) ? EXIT_SERVED : EXIT_FAILED;
  return code;
}

/** Runs what is wanted until it is done, the user interrupts, or nobody reads any more. */
async function perform(settings: Settings, surroundings: Surroundings, output: AbortSignal): Promise<number> {
  const { interrupt } = surroundings;
  const signal = AbortSignal.any([interrupt, output]);
  if (settings.load !== undefined) {
    return runLoadCommand(settings.load, settings.output === 'json', surroundings, signal);
  }
  const report = await run(settings, surroundings, signal);
  if (!output.aborted) print(report, settings, surroundings);
  if (interrupt.aborted) return EXIT_INTERRUPTED;
  return report.clients.some(({ outcome }) => isFailed(outcome)) ? EXIT_FAILED : EXIT_SERVED;
}

/** Aborts when nothing more can be written to stdout, and says why on stderr unless its reader has just left. */
function watchOutput({ stdout, stderr }: Surroundings): AbortSignal {
  const output = new AbortController();
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (output.signal.aborted) return;
    output.abort(error);
    if (!hasReaderLeft(output.signal))
      stderr.write(`concurrent-primes-multi: cannot write to stdout: ${error.message}\n`);
  });
  return output.signal;
}

function hasReaderLeft(output: AbortSignal): boolean {
  return (output.reason as NodeJS.ErrnoException).code === 'EPIPE';
}

/** Resolves when what was written is out, or can't be. */
function written(stdout: Writable): Promise<void> {
  return new Promise((resolve) => {
    stdout.write('', () => {
      // An error is told by an event of its own, which comes after this.
      setImmediate(resolve);
    });
  });
}

async function run(
  { intervals, host, port, output, verify, greeting, sendSum, timeoutMs }: Settings,
  { stdout, stderr }: Surroundings,
  signal: AbortSignal,
): Promise<RunReport> {
  const progress: Progress = { done: 0, primes: 0 };
  // Primes that scroll over the same terminal would tear the line apart.
  const isShown = stderr.isTTY === true && !(output === 'primes' && stdout.isTTY === true);
  const line = isShown ? new ProgressLine((text) => stderr.write(text), progress, intervals.length) : undefined;
  const printer = output === 'primes' ? new PrimePrinter(stdout, signal) : undefined;
  const limits = timeoutMs === undefined ? {} : { connectTimeoutMs: timeoutMs, idleTimeoutMs: timeoutMs };
  const report = await runClients({
    intervals,
    connect: { host, port, greeting, sendSum, signal, ...limits },
    verify,
    progress,
    ...(printer && { onPrimes: (primes) => printer.print(primes) }),
  });
  line?.stop();
  return report;
}

function print(report: RunReport, { output }: Settings, { stdout, stderr }: Surroundings): void {
  const error = whyNobodyConnected(report);
  if (error !== undefined) stderr.write(`concurrent-primes-multi: ${error.message}\n`);
  if (output === 'json') stdout.write(renderJson(report));
  else if (error === undefined) (output === 'primes' ? stderr : stdout).write(renderTable(report));
}

/** One line says it, when all clients say the same. */
function whyNobodyConnected({ clients }: RunReport): Error | undefined {
  const errors = clients.map(({ outcome }) => (isFailed(outcome) ? outcome.error : undefined));
  return errors.every((error) => error instanceof ConnectError) ? errors[0] : undefined;
}

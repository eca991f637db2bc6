/**
 * The program without its process: arguments in, text and an exit code out.
 *
 * Results go to stdout, everything else to stderr. When the reader of stdout leaves (`head`), the run ends as if it were
 * done.
 */
import { ConnectError } from '@concurrent-primes/client';
import {
  type Console,
  EXIT_FAILED,
  EXIT_INTERRUPTED,
  EXIT_OK,
  LiveLine,
  runProgram,
} from '@concurrent-primes/harness/terminal';
import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { parseArguments, type Settings } from './arguments.ts';
import { runLoadCommand } from './load/load-command.ts';
import { runClients } from './run-clients.ts';
import { isFailed, type Progress, progressText, renderJson, renderTable, type RunReport } from './run-report.ts';

/** Shorter runs show no progress. */
const QUIET_MS = 1000;
const PROGRESS_MS = 200;

/**
 * Runs the program.
 *
 * @param args - without the program's name
 * @param console - streams, environment and interrupt
 * @returns the exit code
 */
export function runCli(args: readonly string[], console: Console): Promise<number> {
  return runProgram(console, async (program) => {
    const settings = parseArguments(args, program);
    if (settings.load !== undefined) return runLoadCommand(settings.load, settings.output === 'json', program);
    const report = await run(settings, program);
    const { interrupt } = program;
    // When stdout can't be written, the signal's reason is the error of the system.
    const isUnread = interrupt.aborted && 'code' in (interrupt.reason as Error);
    if (!isUnread) print(report, settings, program);
    if (interrupt.aborted) return EXIT_INTERRUPTED;
    return report.clients.some(({ outcome }) => isFailed(outcome)) ? EXIT_FAILED : EXIT_OK;
  });
}

async function run(settings: Settings, { stdout, stderr, interrupt, env }: Console): Promise<RunReport> {
  const { intervals, host, port, output, verify, greeting, sendSum, timeoutMs } = settings;
  const progress: Progress = { done: 0, begun: 0, primes: 0 };
  using line = new LiveLine(stderr, { env, quietMs: QUIET_MS });
  const beganMs = performance.now();
  const timer = setInterval(() => {
    line.show(() => progressText(progress, intervals.length, performance.now() - beganMs));
  }, PROGRESS_MS);
  // Primes that scroll over the same terminal would tear the line apart.
  if (output === 'primes' && stdout.isTTY === true) clearInterval(timer);
  const limits = timeoutMs === undefined ? {} : { connectTimeoutMs: timeoutMs, idleTimeoutMs: timeoutMs };
  const report = await runClients({
    intervals,
    connect: { host, port, greeting, sendSum, signal: interrupt, ...limits },
    verify,
    progress,
    ...(output === 'primes' && { onPrimes: printPrimes(stdout, interrupt) }),
  });
  clearInterval(timer);
  return report;
}

/**
 * Prints the primes of all clients in whole lines, one prime a line; those of one client in order. A slow reader slows
 * the clients down, and so the server.
 *
 * @returns a function that prints, and resolves when the stream takes more; the signal ends that wait
 */
function printPrimes(stream: Writable, signal: AbortSignal): (primes: Int32Array) => Promise<void> {
  let drained: Promise<unknown> | undefined;
  return async (primes) => {
    if (stream.write(`${primes.join('\n')}\n`)) return;
    // All clients share one wait, instead of hundreds of listeners.
    drained ??= once(stream, 'drain', { signal }).finally(() => {
      drained = undefined;
    });
    await drained;
  };
}

function print(report: RunReport, { output }: Settings, { stdout, stderr }: Console): void {
  const error = commonConnectError(report);
  if (error !== undefined) stderr.write(`error: ${error.message}\n`);
  if (output === 'json') stdout.write(renderJson(report));
  else if (error === undefined) (output === 'primes' ? stderr : stdout).write(renderTable(report));
}

/** If no client could connect, one line replaces the table. */
function commonConnectError({ clients }: RunReport): Error | undefined {
  const errors = clients.map(({ outcome }) => (isFailed(outcome) ? outcome.error : undefined));
  return errors.every((error) => error instanceof ConnectError) ? errors[0] : undefined;
}

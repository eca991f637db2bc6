/**
 * A program around its work: streams, signals, error messages and the exit code.
 *
 * Results go to stdout, everything else to stderr, so that stdout can be piped. When the reader of stdout leaves
 * (`| head`), the work is aborted. Every error is one line in one form, `error: cannot <action>: <requirement>, got
 * <value>`; a stack follows only where the program itself is at fault.
 */
import { Command, CommanderError } from 'commander';
import type { Writable } from 'node:stream';
import type { Console } from './console.ts';

/** The exit code of a program that did what it was asked for. */
export const EXIT_OK = 0;
/** It ran, and something failed. */
export const EXIT_FAILED = 1;
/** It could not run: the command line makes no sense, or something that it needs is missing. */
export const EXIT_USAGE = 2;
/** The user interrupted it: 128 + the number of SIGINT, as in a shell. */
export const EXIT_INTERRUPTED = 130;

/** The user can mend this: a bad argument, a port in use. The program prints one line, without a stack, and exits with 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** The system failed, not the program, and the user can't mend it at once. One line, without a stack, and exit code 1. */
export class OutsideError extends Error {
  override readonly name = 'OutsideError';
}

/** Help is the same everywhere, whatever the width of the terminal. */
const HELP_COLUMNS = 80;

export interface ProgramOptions {
  /** Exit code after the reader of stdout has left. Default: 0, because it has what it wanted. */
  readonly readerLeft?: number;
}

/**
 * Makes a command that writes to a console and throws instead of exiting. Add options and subcommands to it, in this
 * order: subcommands inherit what is configured here.
 */
export function createProgram(name: string, { stdout, stderr }: Pick<Console, 'stdout' | 'stderr'>): Command {
  return new Command(name)
    .configureOutput({
      writeOut: (text) => stdout.write(text),
      writeErr: (text) => stderr.write(text),
      outputError: (text, write) => {
        write(inOneDialect(text));
      },
      getOutHelpWidth: () => HELP_COLUMNS,
      getErrHelpWidth: () => HELP_COLUMNS,
    })
    .exitOverride();
}

/**
 * Runs the work of a program.
 *
 * @param work - gets a console whose interrupt also aborts when stdout can't be written; returns the exit code
 */
export async function runProgram(
  console: Console,
  work: (console: Console) => Promise<number>,
  { readerLeft = EXIT_OK }: ProgramOptions = {},
): Promise<number> {
  const { stdout, stderr, interrupt } = console;
  const output = watchOutput(console);
  let code: number;
  try {
    code = await work({ ...console, interrupt: AbortSignal.any([interrupt, output]) });
  } catch (error) {
    code = reportError(error, stderr);
  }
  if (!output.aborted) await written(stdout);
  if (!output.aborted || interrupt.aborted) return code;
  return (output.reason as NodeJS.ErrnoException).code === 'EPIPE' ? readerLeft : EXIT_FAILED;
}

/** Writes an error in the one form; returns the exit code that belongs to it. */
export function reportError(error: unknown, stderr: { write(text: string): unknown }): number {
  // Commander has written its message already.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT_OK : EXIT_USAGE;
  if (error instanceof UsageError) {
    stderr.write(`error: ${error.message}\n`);
    return EXIT_USAGE;
  }
  if (error instanceof OutsideError) {
    stderr.write(`error: ${error.message}\n`);
    return EXIT_FAILED;
  }
  stderr.write(
    `error: the program failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  );
  return EXIT_FAILED;
}

/**
 * Runs a program in this process and sets its exit code. The first SIGINT, SIGTERM or SIGHUP aborts the interrupt, the
 * second one exits at once, which still kills the child processes that the harness has started.
 *
 * @param run - gets the arguments behind the program's name; returns the exit code
 */
export async function main(
  run: (args: readonly string[], console: Console) => Promise<number>,
  signals: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'],
): Promise<void> {
  const interrupt = new AbortController();
  for (const signal of signals) {
    process.on(signal, () => {
      if (interrupt.signal.aborted) process.exit(EXIT_INTERRUPTED);
      interrupt.abort(new Error('interrupted'));
    });
  }
  const { stdout, stderr, env } = process;
  process.exitCode = await run(process.argv.slice(2), { stdout, stderr, env, interrupt: interrupt.signal });
}

const INVALID_OPTION = /^error: option '(?<name>.*)' argument '(?<value>.*)' is invalid\. (?<reason>.*)\.$/ms;
const INVALID_ARGUMENT =
  /^error: command-argument value '(?<value>.*)' is invalid for argument '(?<name>.*)'\. (?<reason>.*)\.$/ms;

/** Rewrites commander's error about a value: `cannot use --port <port>: it must be …, got x`. */
function inOneDialect(text: string): string {
  const { name, value, reason } = (INVALID_OPTION.exec(text) ?? INVALID_ARGUMENT.exec(text))?.groups ?? {};
  if (name === undefined || reason === undefined) return text;
  const requirement = reason.replace(/^It must/, 'it must').replace(/^Allowed choices are/, 'it must be one of');
  return `error: cannot use ${name}: ${requirement}, got ${value === '' ? 'nothing' : value!}\n`;
}

/** Aborts when stdout can't be written any more; says why on stderr unless its reader has just left. */
function watchOutput({ stdout, stderr }: Console): AbortSignal {
  const output = new AbortController();
  // Nobody reads complaints any more; the exit code says enough.
  stderr.on('error', () => undefined);
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (output.signal.aborted) return;
    output.abort(error);
    if (error.code !== 'EPIPE') stderr.write(`error: cannot write to stdout: ${error.message}\n`);
  });
  return output.signal;
}

/** Resolves when everything was written, or can't be. */
function written(stdout: Writable): Promise<void> {
  return new Promise((resolve) => {
    stdout.write('', () => {
      // The error event comes after this callback.
      setImmediate(resolve);
    });
  });
}

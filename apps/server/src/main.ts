#!/usr/bin/env node
/** The `concurrent-primes-server` command. */
import { CommanderError } from 'commander';
import { createServerProgram } from './server-program.ts';
import { EXIT_USAGE, UsageError } from './server-run.ts';

try {
  await createServerProgram().parseAsync();
} catch (error) {
  process.exitCode = exitCodeOf(error);
}

/** Prints a failure that commander has not printed yet, and returns its exit code. */
function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT_USAGE;
  if (error instanceof UsageError) {
    process.stderr.write(`error: ${error.message}\n`);
    return EXIT_USAGE;
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`error: the server failed: ${text}\n`);
  return 1;
}

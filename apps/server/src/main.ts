#!/usr/bin/env node
/** The `concurrent-primes-server` command. */
import { reportError } from '@concurrent-primes/harness/terminal';
import { LogFile } from './log-file.ts';
import { LAST_WORDS_MS, STDERR } from './log.ts';
import { createServerProgram } from './server-program.ts';

try {
  await createServerProgram().parseAsync();
} catch (error) {
  // A write to process.stderr that nobody reads would keep the process from ending.
  const file = new LogFile(STDERR);
  process.exitCode = reportError(error, file);
  await file.close(LAST_WORDS_MS);
}

#!/usr/bin/env node
/** The `concurrent-primes-server` command. */
import { reportError } from '@concurrent-primes/harness/terminal';
import { createServerProgram } from './server-program.ts';

try {
  await createServerProgram().parseAsync();
} catch (error) {
  process.exitCode = reportError(error, process.stderr);
}

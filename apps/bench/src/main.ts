#!/usr/bin/env node
/** The program's process. */
import { constants } from 'node:os';
import { runCli } from './bench-command.ts';

// By exit() and not by the signal itself, so that child processes and temporary files are removed.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => process.exit(128 + constants.signals[signal]));
}

const { stdout, stderr, env } = process;
process.exitCode = await runCli(process.argv.slice(2), {
  stdout,
  stderr,
  env,
  interrupt: new AbortController().signal,
});

#!/usr/bin/env node
/** The process around the program. */
import { constants } from 'node:os';
import { runCli } from './cli.ts';

// By exit() and not by the signal itself: what was started is ended then.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => process.exit(128 + constants.signals[signal]));
}

process.exitCode = await runCli(process.argv.slice(2), process);

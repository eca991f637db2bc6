#!/usr/bin/env node
/** The process around the program: its streams, its signal, its exit code. */
import { runCli } from './cli.ts';
import { EXIT_INTERRUPTED } from './exit-codes.ts';

const interrupt = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    // A second Ctrl-C ends a program that hangs; by exit(), which still ends the servers that it has started.
    if (interrupt.signal.aborted) process.exit(EXIT_INTERRUPTED);
    interrupt.abort(new Error('interrupted'));
  });
}

const { stdout, stderr, env } = process;
process.exitCode = await runCli(process.argv.slice(2), { stdout, stderr, env, interrupt: interrupt.signal });

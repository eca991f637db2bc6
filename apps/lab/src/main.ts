#!/usr/bin/env node
/** The process around the program: its streams, its signal, its exit code. */
import { runCli } from './cli.ts';

const interrupt = new AbortController();
// Only once: a second Ctrl-C ends a program that hangs.
process.once('SIGINT', () => {
  interrupt.abort(new Error('interrupted'));
});

const { stdout, stderr, env } = process;
process.exitCode = await runCli(process.argv.slice(2), { stdout, stderr, env, interrupt: interrupt.signal });

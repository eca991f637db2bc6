#!/usr/bin/env node
/** The process of the program: its streams and its exit code. Signals end it, as they end any program. */
import { main } from '@concurrent-primes/harness/terminal';
import { runCli } from './cli.ts';

await main((args, console) => runCli(args, console), []);

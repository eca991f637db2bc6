#!/usr/bin/env node
/** The program: its process, and what it runs. */
import { main } from '@concurrent-primes/harness/terminal';
import { runCli } from './cli.ts';

await main(runCli, ['SIGINT']);

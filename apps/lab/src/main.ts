#!/usr/bin/env node
import { main } from '@concurrent-primes/harness/terminal';
import { runCli } from './lab-cli.ts';

await main(runCli);

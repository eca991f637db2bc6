#!/usr/bin/env node
/** The process around the program. */
import { runCli } from './cli.ts';

process.exitCode = await runCli(process.argv.slice(2), process);

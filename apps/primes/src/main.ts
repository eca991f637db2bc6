#!/usr/bin/env node
/** The process around the program: its streams and its exit code. */
import { availableParallelism } from 'node:os';
import { runCli } from './cli.ts';

const { stdout, stderr } = process;
process.exitCode = await runCli(process.argv.slice(2), { stdout, stderr, cores: availableParallelism() });

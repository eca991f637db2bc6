/** The servers that the benchmarks start: ours by their flags, and the peers. */
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { MissingContender } from '../benchmark.ts';
import type { Built } from '../peers.ts';
import type { ServerCommand } from './process.ts';

/** How the select server waits for readiness. */
export type Selector = 'select' | 'poll' | 'epoll';

/** As long as any benchmark runs: no client of a benchmark is cut for being slow. */
const NO_LIMITS = ['--idle-timeout', '--request-timeout', '--send-timeout', '--sum-timeout'].flatMap((flag) => [
  flag,
  '100000',
]);

/** Our select server. */
export function selectServer(selector: Selector, ...flags: readonly string[]): ServerCommand {
  return ourServer(['select', '--selector', selector, ...flags], [selector, ...flags].join(' '));
}

/** Our pool. */
export function poolServer(threads: number, ...flags: readonly string[]): ServerCommand {
  return ourServer(['pool', '--threads', String(threads), ...flags], ['pool', ...flags].join(' '));
}

/** The same server by another name, where its flags would say too much or too little. */
export function named(name: string, server: ServerCommand): ServerCommand {
  return { ...server, name };
}

/** A peer that is a program, which takes its port as its first argument. */
export function peerServer(name: string, built: Built, ...args: readonly string[]): ServerCommand | MissingContender {
  return 'missing' in built ? { name, missing: built.missing } : { name, command: [built.path, '0', ...args] };
}

/** A peer in Python. */
export function pythonServer(name: string, python: Built, script: string): ServerCommand | MissingContender {
  if ('missing' in python) return { name, missing: python.missing };
  const path = fileURLToPath(new URL(`../../peers/${script}`, import.meta.url));
  return { name, command: [python.path, path, '0'] };
}

/** The peer in TypeScript, on `node:net`. */
export function netServer(): ServerCommand {
  const job = fileURLToPath(new URL(`../jobs/net-server${extname(import.meta.url)}`, import.meta.url));
  return { name: 'Node net', command: [process.execPath, job, '0'] };
}

function ourServer(flags: readonly string[], name: string): ServerCommand {
  const main = fileURLToPath(new URL('dist/main.js', import.meta.resolve('@concurrent-primes/server/package.json')));
  return {
    name,
    command: [process.execPath, main, ...flags, '--port', '0', '--log-level', 'warn', ...NO_LIMITS],
  };
}

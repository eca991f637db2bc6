/** The servers that benchmarks start: ours, from the registry of architectures, and the peers. */
import {
  ARCHITECTURES,
  argumentsOf,
  type NamedVariant,
  type Registry,
  SERVER_PROGRAM,
  variantsOf,
} from '@concurrent-primes/server/architectures';
import { fileURLToPath } from 'node:url';
import type { MissingContender } from '../benchmark.ts';
import type { Built } from '../peers.ts';

/** How to start a server, which then prints `listening on HOST:PORT`. */
export interface ServerCommand {
  readonly name: string;
  readonly command: readonly [program: string, ...args: string[]];
}

/** A server, or why it can't be started. */
export type BenchServer = ServerCommand | MissingContender;

/** The selectors of the select server. */
export const SELECTORS = ['select', 'poll', 'epoll'] as const;
export type Selector = (typeof SELECTORS)[number];

/** The servers that have a function below. */
const NAMED: readonly string[] = [...SELECTORS, 'pool', 'net'];

/** Flags with which all primes are sieved before the server listens. */
export const FULL_TABLE = ['--table', 'full'] as const;

/** Limits that no benchmark reaches: its clients are never dropped for being slow. */
const NO_LIMITS = ['--idle-timeout', '--request-timeout', '--send-timeout', '--sum-timeout'].flatMap((flag) => [
  flag,
  '100000',
]);

export function selectServer(selector: Selector, ...flags: readonly string[]): ServerCommand {
  return ourServer(selector, undefined, flags);
}

/** Our select server with each of its selectors. */
export function selectServers(...flags: readonly string[]): Record<Selector, ServerCommand> {
  return {
    select: selectServer('select', ...flags),
    poll: selectServer('poll', ...flags),
    epoll: selectServer('epoll', ...flags),
  };
}

export function poolServer(threads: number, ...flags: readonly string[]): ServerCommand {
  return ourServer('pool', threads, flags);
}

/** Our server on Node's own event loop. */
export function netServer(...flags: readonly string[]): ServerCommand {
  return named(['Node net', ...flags].join(' '), ourServer('net', undefined, flags));
}

/** The other servers of the registry, by name: benchmarks measure them without a goal. */
export function otherServers(registry: Registry = ARCHITECTURES): Readonly<Record<string, ServerCommand>> {
  const others = variantsOf(registry).filter(({ name }) => !NAMED.includes(name));
  return Object.fromEntries(others.map((variant) => [variant.name, commandOf(variant)]));
}

/** The same server under another name, where its flags are no good name. */
export function named(name: string, server: ServerCommand): ServerCommand {
  return { ...server, name };
}

/** A peer that is a program, which takes its port as the first argument. */
export function peerServer(name: string, built: Built, ...args: readonly string[]): BenchServer {
  return 'missing' in built ? { name, missing: built.missing } : { name, command: [built.path, '0', ...args] };
}

/** A peer in Python. */
export function pythonServer(name: string, python: Built, script: string): BenchServer {
  if ('missing' in python) return { name, missing: python.missing };
  const path = fileURLToPath(new URL(`../../peers/${script}`, import.meta.url));
  return { name, command: [python.path, path, '0'] };
}

function ourServer(name: string, threads?: number, flags: readonly string[] = []): ServerCommand {
  const variant = variantsOf(ARCHITECTURES).find((candidate) => candidate.name === name);
  if (variant === undefined) throw new RangeError(`cannot start a server: the registry must have ${name}, got none`);
  return commandOf(variant, threads, flags);
}

function commandOf(variant: NamedVariant, threads?: number, flags: readonly string[] = []): ServerCommand {
  const args = [...argumentsOf(variant, threads), ...flags];
  return {
    name: [variant.name, ...flags].join(' '),
    command: [process.execPath, SERVER_PROGRAM, ...args, '--port', '0', '--log-level', 'warn', ...NO_LIMITS],
  };
}

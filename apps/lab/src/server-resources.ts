/**
 * What a server's process holds while no client is connected, from proc(5): `/proc/PID/fd` has an entry for each open
 * descriptor, `/proc/PID/task` one for each thread.
 */
import { readMemory } from '@concurrent-primes/harness';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

export interface ServerResources {
  /** Resident memory. */
  readonly memoryBytes: number;
  readonly descriptors: number;
  readonly threads: number;
  /** What they are, for messages, such as `fd socket:[4711]`. */
  readonly names: readonly string[];
}

/** @throws Error if there is no such process */
export function readResources(pid: number): ServerResources {
  const descriptors = namesIn(`/proc/${pid}/fd`, (path) => `fd ${readlinkSync(path)}`);
  const threads = namesIn(`/proc/${pid}/task`, (path) => `thread ${readFileSync(`${path}/comm`, 'utf8').trim()}`);
  return {
    memoryBytes: readMemory(pid).rssBytes,
    ...{ descriptors: descriptors.length, threads: threads.length },
    names: [...descriptors, ...threads],
  };
}

/** What a process holds in excess of an earlier reading, other than memory; undefined if nothing. */
export function describeLeak(now: ServerResources, before: ServerResources): string | undefined {
  if (now.descriptors <= before.descriptors && now.threads <= before.threads) return undefined;
  const rest = [...before.names];
  const added = now.names.filter((name) => {
    const index = rest.indexOf(name);
    if (index >= 0) rest.splice(index, 1);
    return index < 0;
  });
  return (
    `expected ${before.descriptors} descriptors and ${before.threads} threads, ` +
    `got ${now.descriptors} and ${now.threads}; new: ${added.join(', ')}`
  );
}

/** The number of connections in the backlogs of a port of 127.0.0.1. proc(5), /proc/net/tcp */
export function waitingConnections(port: number): number {
  return socketsOf(port)
    .filter(({ state }) => state === LISTEN)
    .reduce((sum, { receivedBytes }) => sum + receivedBytes, 0);
}

/** Connections of a server, as the kernel has them. */
export interface KernelConnections {
  readonly count: number;
  /** Bytes that the server has sent and no client has taken. */
  readonly unsentBytes: number;
}

/**
 * The server's ends of the connections to a port of 127.0.0.1, also of those that the server has closed: the kernel keeps
 * what was sent until the client takes it. A connection that only waits for late segments (TIME_WAIT) doesn't count.
 */
export function connectionsOf(port: number): KernelConnections {
  const sockets = socketsOf(port).filter(({ state }) => state !== LISTEN && state !== TIME_WAIT);
  return { count: sockets.length, unsentBytes: sockets.reduce((sum, { unsentBytes }) => sum + unsentBytes, 0) };
}

const LISTEN = '0A';
const TIME_WAIT = '06';

interface KernelSocket {
  readonly state: string;
  readonly unsentBytes: number;
  /** Of a listening socket: the number of connections in its backlog. */
  readonly receivedBytes: number;
}

function socketsOf(port: number): KernelSocket[] {
  const address = `0100007F:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  return readFileSync('/proc/net/tcp', 'utf8')
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([, local]) => local === address)
    .map(([, , , state = '', queues = '']) => {
      const [unsent = '', received = ''] = queues.split(':');
      return { state, unsentBytes: parseInt(unsent, 16), receivedBytes: parseInt(received, 16) };
    });
}

function namesIn(folder: string, nameOf: (path: string) => string): string[] {
  return readdirSync(folder).flatMap((entry) => {
    try {
      return [nameOf(`${folder}/${entry}`)];
    } catch {
      return []; // closed or ended since the folder was read
    }
  });
}

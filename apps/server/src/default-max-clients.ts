/**
 * The default of `--max-clients`: as many clients as the process has descriptors for.
 *
 * Without a limit, clients that come when no descriptor is left wait unanswered. With this one they are told that the
 * server is busy, and a few descriptors stay free for the process itself.
 */
import { descriptorLimit } from '@concurrent-primes/sockets';

/** What an architecture does with descriptors. */
export interface DescriptorUse {
  /** Number of its threads. */
  readonly threads: number;
  /** Descriptors from this one on can't be used; default: all can. */
  readonly capacity?: number;
}

/** Descriptors of the main thread (20), of a page that is open, of a log and a recording. */
const RESERVED = 40;

/** Descriptors of a thread: its event loop has five, a loop has a socket, a pipe and a selector. */
const RESERVED_FOR_THREAD = 9;

/** Descriptors of refused clients that have not left yet: the most that a thread waits for. */
const RESERVED_FOR_REFUSED = 64;

/**
 * Returns the default connection limit of a server.
 *
 * @param use - what its architecture does with descriptors; default: it has one thread
 * @param limit - descriptors that the process may have
 * @returns at least 1; undefined if the number of descriptors is not limited
 */
export function defaultMaxClients(
  { threads, capacity = Infinity }: DescriptorUse = { threads: 1 },
  limit: number = descriptorLimit(),
): number | undefined {
  const most = Math.min(limit, capacity);
  if (most === Infinity) return undefined;
  const free = most - RESERVED - threads * RESERVED_FOR_THREAD;
  // With few descriptors, clients are more important than refused ones.
  return Math.max(1, free - Math.min(threads * RESERVED_FOR_REFUSED, Math.floor(free / 4)));
}

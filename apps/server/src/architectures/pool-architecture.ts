/** The pool in the registry: each client gets a thread. */
import {
  DEFAULT_QUEUE_CAPACITY,
  DEFAULT_QUEUE_TIMEOUT_MS,
  DEFAULT_THREADS,
  MAX_QUEUE_CAPACITY,
  MAX_THREADS,
  startPoolServer,
} from '@concurrent-primes/server-pool';
import { Option } from 'commander';
import type { Architecture } from '../architecture.ts';
import { seconds, wholeNumber } from '@concurrent-primes/harness/terminal';
import { withPrimeSessions } from '../prime-sessions.ts';

interface PoolFlags {
  readonly threads: number;
  readonly queue: number;
  readonly queueTimeout: number;
}

/** Each client gets a thread from a pool, which serves it with blocking calls. */
export const POOL_ARCHITECTURE: Architecture = {
  description: 'each client gets a thread from a pool, which serves it with blocking calls',
  options: [
    new Option('-t, --threads <n>', 'number of threads, and of clients served at the same time')
      .argParser(wholeNumber(1, MAX_THREADS))
      .default(DEFAULT_THREADS),
    new Option('--queue <n>', 'number of accepted clients that may wait for a thread; more wait in the kernel')
      .argParser(wholeNumber(1, MAX_QUEUE_CAPACITY))
      .default(DEFAULT_QUEUE_CAPACITY),
    new Option('--queue-timeout <seconds>', 'refuse clients as busy that wait longer than this for a thread')
      .argParser(seconds)
      .default(DEFAULT_QUEUE_TIMEOUT_MS, `${DEFAULT_QUEUE_TIMEOUT_MS / 1000}`),
  ],
  examples: [['--threads 5', 'five clients at the same time, the others wait']],
  variants: {
    pool: {
      args: [],
      threads: { flag: '--threads', default: DEFAULT_THREADS, max: MAX_THREADS },
      description: (threads) => `a pool of ${threads} threads, each serves one client at a time with blocking calls`,
    },
  },
  capabilities: { threadPerClient: true },
  summary: ({ threads }: PoolFlags) => `pool, ${threads} ${threads === 1 ? 'thread' : 'threads'}`,
  // The accept thread is one more.
  descriptors: ({ threads }: PoolFlags) => ({ threads: threads + 1 }),
  async start(options, { threads, queue, queueTimeout }: PoolFlags) {
    const prime = await withPrimeSessions(options);
    return startPoolServer({ ...prime, threads, queueCapacity: queue, queueTimeoutMs: queueTimeout });
  },
};

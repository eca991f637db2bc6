import type { Architecture } from '@concurrent-primes/server/architectures';

/** An architecture that doesn't exist. */
export const MADE_UP: Architecture = {
  description: 'rings of threads',
  options: [],
  examples: [],
  variants: {
    ring: {
      args: ['--fast'],
      threads: { flag: '--rings', default: 4, max: 9 },
      description: (threads) => `${threads} rings`,
    },
  },
  capabilities: { threadPerClient: true },
  summary: () => 'rings',
  start: () => Promise.reject(new Error('cannot start it')),
};

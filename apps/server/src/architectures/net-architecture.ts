/** The net server in the registry: Node's own event loop. */
import { startNetServer } from '@concurrent-primes/server-net';
import type { Architecture } from '../architecture.ts';
import { withPrimeSessions } from '../prime-sessions.ts';

const DESCRIPTION = "one thread for all clients: Node's own event loop and node:net";

/** Node's own event loop serves all clients in one thread. */
export const NET_ARCHITECTURE: Architecture = {
  description: "one thread serves all clients: Node's own event loop and node:net",
  options: [],
  examples: [],
  variants: { net: { args: [], description: () => DESCRIPTION } },
  capabilities: {
    threadPerClient: false,
    without: {
      'descriptor-limit': 'libuv accepts and closes clients that it has no descriptor for, so they do not wait',
    },
  },
  summary: () => 'net',
  async start(options) {
    return startNetServer(await withPrimeSessions(options));
  },
};

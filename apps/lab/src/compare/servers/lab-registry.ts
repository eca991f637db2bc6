/** The registry of servers with the lab's own server on `node:net`. */
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ARCHITECTURES, type Registry } from '@concurrent-primes/server/architectures';

/** The source or the built file, as this one is. */
export const NET_SERVER_PROGRAM = fileURLToPath(
  new URL(`./lab-net-server${extname(import.meta.url)}`, import.meta.url),
);

export const LAB_REGISTRY: Registry = {
  ...ARCHITECTURES,
  net: {
    description: "one thread serves all clients: Node's own event loop and node:net",
    options: [],
    examples: [],
    variants: {
      net: { args: [], description: () => "one thread for all clients: Node's own event loop and node:net" },
    },
    capabilities: { threadPerClient: false },
    summary: () => 'net',
    start: () => Promise.reject(new Error('cannot start the net server in this process')),
  },
};

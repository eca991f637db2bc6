/** The registry of architectures. */
import type { Server } from '@concurrent-primes/server-core';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Registry, flagsOf } from './architecture.ts';
import { NET_ARCHITECTURE } from './architectures/net-architecture.ts';
import { POOL_ARCHITECTURE } from './architectures/pool-architecture.ts';
import { SELECT_ARCHITECTURE } from './architectures/select-architecture.ts';
import type { PrimeServerOptions } from './prime-sessions.ts';

export {
  type Architecture,
  type Capabilities,
  type NamedVariant,
  type Registry,
  type Variant,
  argumentsOf,
  flagsOf,
  variantsOf,
} from './architecture.ts';
export type { PrimeServerOptions } from './prime-sessions.ts';

/** Path of the `server` command's program, for tools that start servers as processes. */
export const SERVER_PROGRAM = fileURLToPath(new URL(`main${extname(import.meta.url)}`, import.meta.url));

/** All architectures by the names of their commands. */
export const ARCHITECTURES: Registry = {
  select: SELECT_ARCHITECTURE,
  pool: POOL_ARCHITECTURE,
  net: NET_ARCHITECTURE,
};

/**
 * Starts a server in this process, from the arguments of its command.
 *
 * @param args - the architecture's name and its own options, such as `['select', '--quantum', '1']`
 * @param options - options that all architectures share
 * @param registry - the architectures
 * @throws RangeError if there is no such architecture; CommanderError if an argument is unknown or has a wrong value
 */
export async function startServer(
  [name = '', ...args]: readonly string[],
  options: PrimeServerOptions,
  registry: Registry = ARCHITECTURES,
): Promise<Server> {
  const architecture = registry[name];
  if (architecture === undefined) {
    throw new RangeError(`cannot start a server: must be ${Object.keys(registry).join(' or ')}, got ${name}`);
  }
  return architecture.start(options, flagsOf(architecture, args));
}

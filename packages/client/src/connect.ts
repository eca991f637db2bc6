/** The entry point: joins a connection and the client's side of the conversation. */
import type { ClientSessionOptions } from '@concurrent-primes/protocol';
import { Client } from './client.ts';
import { ClientLink } from './client-link.ts';
import type { ConnectionOptions } from './connection.ts';

/** Where to connect, the time limits, and the dialect. */
export interface ConnectOptions extends ConnectionOptions, ClientSessionOptions {}

/**
 * Connects to a server.
 *
 * @param options - see {@link ConnectOptions}
 * @throws ConnectError if nothing listens there; TimeoutError after `connectTimeoutMs`; the signal's reason if it aborts;
 * RangeError if an option is out of range
 * @example
 * ```ts no-run (needs a running server)
 * import { connect } from '@concurrent-primes/client';
 *
 * await using client = await connect({ port: 65432 });
 * console.log(await client.sum(0, 1_000_000)); // prints { count: 78498, sum: 37550402023n }
 * ```
 */
export async function connect(options: ConnectOptions = {}): Promise<Client> {
  return new Client(await ClientLink.open(options));
}

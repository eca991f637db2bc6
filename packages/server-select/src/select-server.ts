/**
 * The main thread's side of the select server: it opens the listening socket, so that a port in use is found before
 * anything runs, and hands it to the one loop thread.
 */
import { extname } from 'node:path';
import { type Architecture, DEFAULT_BACKLOG, Server, type ServerOptions } from '@concurrent-primes/server-core';
import { type ListeningSocket, type SelectorKind, WakePipe, listen, wake } from '@concurrent-primes/sockets';
import type { LoopThreadData } from './loop-thread.ts';

/**
 * The most bytes that one turn sends to one client when nothing else is said.
 *
 * A larger quantum costs fewer system calls a byte, a smaller one lets the others have their turn sooner. Here the curve
 * bends: docs/decisions/0002-quantum.md.
 */
export const DEFAULT_QUANTUM_BYTES = 65_536;

/** What a select server is given. */
export interface SelectServerOptions extends ServerOptions {
  /** The system call that waits for readiness; default `select`. */
  readonly selector?: SelectorKind;
  /** The most bytes that one turn sends to one client, at least 4; default {@link DEFAULT_QUANTUM_BYTES}. */
  readonly quantumBytes?: number;
}

// The thread's module stands beside this one, as TypeScript in a checkout and as JavaScript in the built package.
const LOOP_THREAD = new URL(`./loop-thread${extname(import.meta.url)}`, import.meta.url);

/**
 * Starts a server whose one thread serves all clients, and resolves when it accepts them.
 *
 * @throws RangeError for a quantum below 4 bytes.
 * @throws SocketError when the address can't be listened on.
 */
export async function startSelectServer(options: SelectServerOptions): Promise<Server> {
  const { selector = 'select', quantumBytes = DEFAULT_QUANTUM_BYTES } = options;
  if (!Number.isSafeInteger(quantumBytes) || quantumBytes < 4) {
    throw new RangeError(`a quantum must be a whole number of at least 4 bytes, got ${quantumBytes}`);
  }
  const wakePipe = new WakePipe();
  const listener = openListener(options, wakePipe);
  const { host, port } = listener.localAddress();
  const data: LoopThreadData = {
    listener: listener.release(),
    wakeDescriptor: wakePipe.readDescriptor,
    selector,
    quantumBytes,
    maxClients: options.maxClients,
  };
  const architecture: Architecture = {
    host,
    port,
    threads: [{ name: 'loop', entry: LOOP_THREAD, data }],
    wake: () => {
      wake(wakePipe.writeDescriptor);
    },
    release: () => {
      wakePipe.close();
    },
  };
  return Server.start(architecture, options);
}

/** Listens; what was made before is given back when that fails. */
function openListener({ host, port, backlog = DEFAULT_BACKLOG }: ServerOptions, wakePipe: WakePipe): ListeningSocket {
  try {
    // Without noDelay the kernel would hold back the second small segment of an answer until the first is acknowledged
    // (Nagle's algorithm against delayed acknowledgements).
    return listen({ host, port, backlog, nonBlocking: true, noDelay: true });
  } catch (error) {
    wakePipe.close();
    throw error;
  }
}

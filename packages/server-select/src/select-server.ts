/**
 * The main thread's side of the select server: it opens the listening socket, so that a port in use is found before
 * anything runs, and hands it to the loop thread.
 *
 * There can be several loops. Each is the whole machinery again, with a selector and a listening socket of its own; the
 * sockets share the port (`SO_REUSEPORT`), and the kernel spreads the connections over them by a hash of their
 * addresses. A client belongs to one loop for all its life, so loops share nothing but the count of clients, and word
 * of who waits for a descriptor.
 */
import { extname } from 'node:path';
import {
  type Architecture,
  DEFAULT_BACKLOG,
  Server,
  type ServerOptions,
  type ThreadSpecification,
  checkServerOptions,
} from '@concurrent-primes/server-core';
import { ListeningSocket, type SelectorKind, WakePipe, listen, wake } from '@concurrent-primes/sockets';
import type { LoopThreadData } from './loop-thread.ts';
import { PausedLoops } from './paused-loops.ts';

/**
 * The most bytes that one turn sends to one client when nothing else is said.
 *
 * A larger quantum costs fewer system calls a byte, a smaller one lets the others have their turn sooner. Here the
 * curve bends: docs/decisions/0002-quantum.md.
 */
export const DEFAULT_QUANTUM_BYTES = 65_536;

/** What a select server is given. */
export interface SelectServerOptions extends ServerOptions {
  /** The system call that waits for readiness; default `select`. */
  readonly selector?: SelectorKind;
  /** The most bytes that one turn sends to one client, at least 4; default {@link DEFAULT_QUANTUM_BYTES}. */
  readonly quantumBytes?: number;
  /**
   * The most bytes that a turn sends to a client when its socket is the only one that is ready: nobody waits for the
   * end of such a turn, and fewer, longer sends cost less. At least the quantum, which it is by default.
   */
  readonly quantumAloneBytes?: number;
  /** Loop threads, 1 to {@link MAX_LOOPS}; default 1. */
  readonly loops?: number;
}

/** The most loops one may ask for: more than machines have processors to run them on. */
export const MAX_LOOPS = 64;

/**
 * What a loop makes for a request is garbage soon after, so it gains nothing from the large young generation that V8
 * grows under load. With this one 10,000 idle clients cost a third of the memory, and a request as much as before.
 */
const RESOURCE_LIMITS = { maxYoungGenerationSizeMb: 8 };

// The thread's module stands beside this one, as TypeScript in a checkout and as JavaScript in the built package.
const LOOP_THREAD = new URL(`./loop-thread${extname(import.meta.url)}`, import.meta.url);

/**
 * Starts a server whose one thread serves all clients (or a few threads, each its share), and resolves when it accepts
 * them.
 *
 * @throws RangeError for a quantum below 4 bytes, one for a client alone below that, or a number of loops or another option out of range.
 * @throws SocketError when the address can't be listened on.
 */
export async function startSelectServer(options: SelectServerOptions): Promise<Server> {
  const { selector = 'select', quantumBytes = DEFAULT_QUANTUM_BYTES, loops = 1 } = options;
  const { quantumAloneBytes = quantumBytes } = options;
  if (!Number.isSafeInteger(quantumBytes) || quantumBytes < 4) {
    throw new RangeError(`a quantum must be a whole number of at least 4 bytes, got ${quantumBytes}`);
  }
  if (!Number.isSafeInteger(quantumAloneBytes) || quantumAloneBytes < quantumBytes) {
    throw new RangeError(
      `a quantum for one who is alone must be a whole number of at least ${quantumBytes} bytes, got ${quantumAloneBytes}`,
    );
  }
  if (!Number.isInteger(loops) || loops < 1 || loops > MAX_LOOPS) {
    throw new RangeError(`loops must be an integer in [1, ${MAX_LOOPS}], got ${loops}`);
  }
  checkServerOptions(options);
  const { wakePipes, listeners } = openDescriptors(options, loops);
  const { host, port } = listeners[0]!.localAddress();
  const wakeDescriptors = wakePipes.map(({ writeDescriptor }) => writeDescriptor);
  const { memory: pausedLoops } = new PausedLoops(wakeDescriptors, 0);
  // Each thread owns its listener once it serves; the pipes are given back when all threads have ended.
  const threads = listeners.map((listener, loop): ThreadSpecification => {
    const data: LoopThreadData = {
      listener: listener.release(),
      loop,
      wakeDescriptor: wakePipes[loop]!.readDescriptor,
      wakeDescriptors,
      pausedLoops,
      selector,
      quantumBytes,
      quantumAloneBytes,
    };
    return {
      name: loops === 1 ? 'loop' : `loop-${loop + 1}`,
      entry: LOOP_THREAD,
      data,
      resourceLimits: RESOURCE_LIMITS,
      ended: (served) => {
        if (!served) ListeningSocket.adopt(data.listener).close();
      },
    };
  });
  const architecture: Architecture = {
    host,
    port,
    threads,
    wake: () => {
      for (const { writeDescriptor } of wakePipes) wake(writeDescriptor);
    },
    release: () => {
      for (const wakePipe of wakePipes) wakePipe.close();
    },
  };
  return Server.start(architecture, options);
}

/** A wake pipe and a listening socket for each loop; when one can't be had, those before it are given back. */
function openDescriptors(
  options: SelectServerOptions,
  loops: number,
): { readonly wakePipes: readonly WakePipe[]; readonly listeners: readonly ListeningSocket[] } {
  const opened: Disposable[] = [];
  const keep = <Opened extends Disposable>(one: Opened): Opened => {
    opened.push(one);
    return one;
  };
  try {
    const wakePipes = Array.from({ length: loops }, () => keep(new WakePipe()));
    return { wakePipes, listeners: openListeners(options, loops, keep) };
  } catch (error) {
    for (const one of opened) one[Symbol.dispose]();
    throw error;
  }
}

/** Listens with one socket for each loop, at one port. */
function openListeners(
  { host, port, backlog = DEFAULT_BACKLOG }: SelectServerOptions,
  loops: number,
  keep: (listener: ListeningSocket) => ListeningSocket,
): ListeningSocket[] {
  // Without noDelay the kernel would hold back the second small segment of an answer until the first is acknowledged
  // (Nagle's algorithm against delayed acknowledgements).
  const open = (atPort: number, reusePort: boolean): ListeningSocket =>
    keep(listen({ host, port: atPort, backlog, reusePort, nonBlocking: true, noDelay: true }));
  // The first takes the port for itself: if it shared it at once, it could share it with a server that is there
  // already.
  const first = open(port, false);
  if (loops === 1) return [first];
  const shared = first.localAddress().port;
  first.sharePort();
  return [first, ...Array.from({ length: loops - 1 }, () => open(shared, true))];
}

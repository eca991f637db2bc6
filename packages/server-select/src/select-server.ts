/**
 * The main thread's side of the select server: it opens the listening socket before any thread starts, so that a port in
 * use is found early, and passes it to the loop thread.
 *
 * There can be several loops. Each has its own selector and listening socket; the sockets share the port
 * (`SO_REUSEPORT`), and the kernel distributes connections by a hash of their addresses. A client stays with one loop, so
 * loops share only the connection limit and the list of paused loops. A socket that other processes hold too is shared by
 * the loops as well: sockets that share a port have a queue each, and the clients in a queue are lost with its socket.
 */
import { extname } from 'node:path';
import {
  type Architecture,
  DEFAULT_BACKLOG,
  Server,
  type ServerOptions,
  type ThreadSpecification,
  checkInteger,
  checkServerOptions,
  plainOptions,
  shareListener,
} from '@concurrent-primes/server-core';
import type { SessionReport } from '@concurrent-primes/session';
import { ListeningSocket, type SelectorKind, WakePipe, listen, wake } from '@concurrent-primes/sockets';
import type { LoopThreadData } from './loop-thread.ts';
import { PausedLoops } from './paused-loops.ts';

/**
 * The default quantum: the most bytes that one turn sends to one client. A larger quantum needs fewer system calls per
 * byte, a smaller one serves other clients sooner; larger values than this gain little (docs/decisions/0002-quantum.md).
 */
export const DEFAULT_QUANTUM_BYTES = 65_536;

/** The most loops: more than processors in common machines. */
export const MAX_LOOPS = 64;

export interface SelectServerOptions<Report extends SessionReport = SessionReport> extends ServerOptions<Report> {
  /** The system call that waits for readiness; default `select`. */
  readonly selector?: SelectorKind;
  /** The most bytes that one turn sends to one client, at least 4; default {@link DEFAULT_QUANTUM_BYTES}. */
  readonly quantumBytes?: number;
  /** The same in a turn in which only one client is ready, at least the quantum; default: the quantum. */
  readonly quantumAloneBytes?: number;
  /** Number of loop threads, 1 to {@link MAX_LOOPS}; default 1. */
  readonly loops?: number;
}

/**
 * Objects of a request soon become garbage, so a loop gains nothing from the large young generation that V8 grows under
 * load. With this limit 10,000 idle clients take a third of the memory, and a request takes the same CPU time.
 */
const RESOURCE_LIMITS = { maxYoungGenerationSizeMb: 8 };

// The thread's module is next to this one, as TypeScript in a checkout and as JavaScript in the built package.
const LOOP_THREAD = new URL(`./loop-thread${extname(import.meta.url)}`, import.meta.url);

/**
 * Starts a server in which one thread (or each of a few threads) serves many clients, and resolves when it accepts clients.
 *
 * @throws TypeError for an unknown option; RangeError for a value out of range; SocketError if the address can't be
 *   listened on
 */
export async function startSelectServer<Report extends SessionReport>(
  options: SelectServerOptions<Report>,
): Promise<Server> {
  const { selector = 'select', quantumBytes = DEFAULT_QUANTUM_BYTES, loops = 1 } = options;
  const { quantumAloneBytes = quantumBytes } = options;
  checkServerOptions(options, ['selector', 'quantumBytes', 'quantumAloneBytes', 'loops']);
  checkInteger('quantumBytes', quantumBytes, 4);
  checkInteger('quantumAloneBytes', quantumAloneBytes, quantumBytes);
  checkInteger('loops', loops, 1, MAX_LOOPS);
  const { wakePipes, listeners } = openDescriptors(options, loops);
  const { host, port } = listeners[0]!.localAddress();
  const wakeDescriptors = wakePipes.map(({ writeDescriptor }) => writeDescriptor);
  const { memory: pausedLoops } = new PausedLoops(wakeDescriptors, 0);
  // Each thread owns its listening socket once it serves; the pipes are closed when all threads have ended.
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
      role: 'loop',
      data,
      resourceLimits: RESOURCE_LIMITS,
      ended: (served) => {
        if (!served) ListeningSocket.adopt(data.listener).close();
      },
    };
  });
  const wakeLoops = (): void => {
    for (const { writeDescriptor } of wakePipes) wake(writeDescriptor);
  };
  const architecture: Architecture = {
    host,
    port,
    threads,
    info: {
      architecture: 'loop',
      name: selector,
      options: { ...plainOptions(options), quantumBytes, quantumAloneBytes, loops },
    },
    nudge: wakeLoops,
    ...(options.sharedListener !== undefined && { leave: wakeLoops }),
    wake: wakeLoops,
    release: () => {
      for (const wakePipe of wakePipes) wakePipe.close();
    },
  };
  return Server.start(architecture, options);
}

/** Opens a wake pipe and a listening socket for each loop, all on one port; if one can't be opened, closes the others. */
function openDescriptors(
  { host, port, backlog = DEFAULT_BACKLOG, sharedListener }: SelectServerOptions,
  loops: number,
): { readonly wakePipes: readonly WakePipe[]; readonly listeners: readonly ListeningSocket[] } {
  const wakePipes: WakePipe[] = [];
  const listeners: ListeningSocket[] = [];
  try {
    for (let loop = 0; loop < loops; loop += 1) {
      wakePipes.push(new WakePipe());
      if (sharedListener !== undefined) {
        listeners.push(shareListener(sharedListener));
        continue;
      }
      const [first] = listeners;
      // The first socket takes the port exclusively: otherwise another server could share it. Without noDelay the kernel
      // would delay the second small segment of an answer until the first is acknowledged (Nagle's algorithm and delayed
      // acknowledgements).
      const at = { host, port: first?.localAddress().port ?? port, reusePort: first !== undefined };
      listeners.push(listen({ ...at, backlog, nonBlocking: true, noDelay: true }));
      if (first === undefined && loops > 1) listeners[0]!.sharePort();
    }
    return { wakePipes, listeners };
  } catch (error) {
    for (const opened of [...wakePipes, ...listeners]) opened.close();
    throw error;
  }
}

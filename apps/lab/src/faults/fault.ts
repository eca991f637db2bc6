/**
 * What a fault is: something that a client, a disk, a log reader or the system does to a server, and what the server's
 * good clients may notice of it.
 *
 * A fault is a file in `kinds/` and an entry in `faults.ts`. It begins when good clients are being served, and goes on
 * until the last of their requests has ended.
 */
import type { Cleanup } from '@concurrent-primes/harness';
import type { ErrorKind } from '@concurrent-primes/load';
import type { GoodFailure } from './good-clients.ts';

/** A fault. */
export interface Fault {
  /** What happens, in one line. */
  readonly title: string;
  /** What good clients and the server's owner are to see meanwhile. */
  readonly expects: string;
  /** Failures of good clients that belong to the fault: they are told at once that they can't be served now. */
  readonly refuses?: readonly ErrorKind[];
  /**
   * Whether the server may end connections between two exchanges. A request that is sent at that moment gets no answer, and
   * its client has to ask again on another connection.
   */
  readonly endsKept?: boolean;
  /** Options of the server. */
  readonly args?: readonly string[];
  /** A command that executes its arguments in its own process, such as `strace -D`. */
  readonly prefix?: readonly string[];
  /** Opens what the server logs to. Default: a pipe that is read. */
  readonly openLog?: () => FaultLog;
  /** Why it can't be made here; undefined if it can. */
  readonly whyNot?: () => string | undefined;
  /**
   * Makes it, and undoes it when `scene.over` aborts.
   *
   * @throws Error when a good client of its own was not served as it should be
   */
  readonly cause: (scene: Scene) => Promise<void>;
}

/** A log that goes wrong. */
export interface FaultLog extends Disposable {
  /** The server's stderr. */
  readonly descriptor: number;
}

/** What a fault has to do with. */
export interface Scene {
  readonly port: number;
  /** The server's process. After a restart it is another one. */
  readonly pid: number;
  /** The number of clients that hold all of the server's threads; undefined if a client doesn't hold a thread. */
  readonly threads: number | undefined;
  /** Aborts when the fault is to end. */
  readonly over: AbortSignal;
  /** Undone after the look at what has stayed behind. */
  readonly afterwards: Cleanup;
  /** Stops the server by SIGTERM, and starts another one on the same port when it has ended. */
  restart(): Promise<void>;
}

/** What a request sees that crosses the end of its connection. */
const CROSSED: readonly string[] = ['early-end', 'reset'] satisfies readonly ErrorKind[];

/** Whether a failure belongs to a fault. */
export function isRefusal({ connection, kind }: GoodFailure, { refuses = [], endsKept = false }: Fault): boolean {
  if (endsKept && connection === 'kept' && CROSSED.includes(kind)) return true;
  return (refuses as readonly string[]).includes(kind);
}

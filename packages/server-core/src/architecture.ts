/** What an architecture provides to a server: its threads, and how to wake them. */
import type { ResourceLimits } from 'node:worker_threads';
import type { Backlog } from '@concurrent-primes/sockets';
import type { Order } from './control.ts';
import type { ArchitectureInfo, OwnThreadRole } from './server-trace.ts';

export interface ThreadSpecification {
  readonly name: string;
  /** Module that the thread runs. */
  readonly entry: URL;
  /** What it does, for viewers; default `loop`. */
  readonly role?: OwnThreadRole;
  /** Data for the thread in addition to {@link ThreadData}. */
  readonly data: object;
  /** Memory limits of its JavaScript; default: those of V8. */
  readonly resourceLimits?: ResourceLimits;
  /**
   * Called once in the main thread when this thread has ended or could not be started: does what other threads wait for,
   * and frees what the thread was given but doesn't own.
   *
   * @param served - whether the thread has served; from then on it owns what it was given
   */
  readonly ended?: (served: boolean) => void;
}

/** What an architecture provides: its threads, and how to wake them. */
export interface Architecture {
  readonly host: string;
  readonly port: number;
  readonly threads: readonly ThreadSpecification[];
  /** Describes it to viewers; default: a loop without a name. */
  readonly info?: ArchitectureInfo;
  /** Tells viewers how many connections wait in the kernel; default: nobody knows. */
  backlog?(): Backlog | undefined;
  /** Returns how many accepted clients wait for a thread; default: there is no queue. */
  queueLength?(): number;
  /** Wakes every thread that waits for sockets without a client of its own, so that it writes a snapshot. */
  nudge?(): void;
  /**
   * Wakes the threads that accept, after they were told to leave the listening socket. An architecture has this method if
   * its listening socket is shared.
   */
  leave?(): void;
  /** Wakes every thread that may be blocked, after an order was given. */
  wake(order: Order): void;
  /** Frees what the main thread made for the threads; called once, when all threads have ended. */
  release(): void;
}

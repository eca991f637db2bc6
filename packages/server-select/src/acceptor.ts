/**
 * The listening socket of the loop, s0, and the limits of descriptors.
 *
 * A process has a limit of descriptors, and `select(2)` one of its own (1024). At either limit the acceptor stops
 * watching the listening socket: new clients wait in the kernel's backlog, none is dropped, and the loop doesn't spin on
 * a readiness that it can't use, unless a connection that has been idle for long can be closed. It tries again when a client of any loop has left. It also tries again after a while, in
 * case another part of the process had taken the descriptors.
 */
import { type ServerThread, acceptNotice } from '@concurrent-primes/server-core';
import {
  type ListeningSocket,
  READ,
  type Selector,
  type Socket,
  isExhausted,
  mayPass,
} from '@concurrent-primes/sockets';
import type { PausedLoops } from './paused-loops.ts';

const NON_BLOCKING = { nonBlocking: true };

/** Time after which a paused acceptor tries again, in milliseconds. */
const RETRY_MS = 1000;

export interface AcceptorParts {
  readonly listener: ListeningSocket;
  readonly selector: Selector;
  readonly pausedLoops: PausedLoops;
  /** Closes an idle connection; returns false if there is none. */
  readonly makeRoom: () => boolean;
}

/** Why no connection can be accepted now. */
interface Obstacle {
  readonly notice: string;
  /** Whether there is room again when a client leaves. */
  readonly isFull: boolean;
}

function isObstacle(result: Socket | undefined | Obstacle): result is Obstacle {
  return result !== undefined && 'notice' in result;
}

/** Accepts connections for a loop, and pauses while no descriptor is free. */
export class Acceptor {
  readonly #thread: ServerThread<object>;
  readonly #listener: ListeningSocket;
  readonly #selector: Selector;
  readonly #pausedLoops: PausedLoops;
  readonly #makeRoom: () => boolean;
  /** While paused: when to try again; otherwise Infinity. */
  #retryAtMs = Infinity;
  /** A connection whose descriptor is too high for the selector: it waits for a lower one. */
  #parked: Socket | undefined;
  #open = true;
  #noticed = false;

  constructor(thread: ServerThread<object>, { listener, selector, pausedLoops, makeRoom }: AcceptorParts) {
    this.#thread = thread;
    this.#listener = listener;
    this.#selector = selector;
    this.#pausedLoops = pausedLoops;
    this.#makeRoom = makeRoom;
    selector.register(listener.descriptor, READ);
  }

  /** Whether it accepts, now or after a pause. */
  get open(): boolean {
    return this.#open;
  }

  /** When to call {@link Acceptor.accept} although the listening socket isn't watched; Infinity while not paused. */
  get retryAtMs(): number {
    return this.#retryAtMs === Infinity || this.#pausedLoops.joined ? this.#retryAtMs : 0;
  }

  /** Returns the next connection, non-blocking; undefined when none waits or no descriptor is free. */
  accept(): Socket | undefined {
    for (;;) {
      const result = this.#attempt();
      if (!isObstacle(result)) {
        this.#watch();
        return result;
      }
      if (result.isFull && this.#makeRoom()) continue;
      // Descriptors that became free before other loops knew about this pause were not announced: try once more.
      if (this.#pausedLoops.join()) continue;
      this.#pause(result.notice);
      return undefined;
    }
  }

  /** A client of this loop has left: a descriptor is free for any loop. */
  descriptorFreed(): void {
    if (this.#retryAtMs !== Infinity) this.#retryAtMs = 0;
    this.#pausedLoops.wakeOthers();
  }

  /**
   * Stops listening, and yields the connections that were not accepted.
   *
   * @param leavesQueue - whether others serve those that wait in the kernel's queue
   */
  *close(leavesQueue: boolean): Generator<Socket> {
    this.#open = false;
    if (this.#retryAtMs === Infinity) this.#selector.unregister(this.#listener.descriptor);
    this.#retryAtMs = Infinity;
    if (this.#parked !== undefined) yield this.#parked;
    while (!leavesQueue) {
      const next = this.#next();
      if (next === undefined || isObstacle(next)) break;
      yield next;
    }
    this.#listener.close();
  }

  /** Tries once; returns a connection that the selector can watch, undefined if none waits, or why it can't be accepted. */
  #attempt(): Socket | undefined | Obstacle {
    const { kind, capacity } = this.#selector;
    const next = this.#parked ?? this.#next();
    if (next === undefined || isObstacle(next) || next.descriptor < capacity) return next;
    const lower = this.#lowered(next);
    this.#parked = lower === undefined ? next : undefined;
    const notice =
      `${kind} can watch descriptors below ${capacity} only, and all are taken: new clients wait until a client ` +
      'leaves; --selector poll or epoll has no such limit';
    return lower ?? { notice, isFull: true };
  }

  #next(): Socket | undefined | Obstacle {
    try {
      return this.#listener.accept(NON_BLOCKING);
    } catch (error) {
      if (mayPass(error)) return { notice: acceptNotice(error), isFull: isExhausted(error) };
      throw error;
    }
  }

  /** Returns the connection under the lowest free descriptor; undefined if that is too high or there is none. */
  #lowered(socket: Socket): Socket | undefined {
    let lower: Socket;
    try {
      lower = socket.duplicate();
    } catch (error) {
      if (mayPass(error)) return undefined;
      throw error;
    }
    const [kept, closed] = lower.descriptor < this.#selector.capacity ? [lower, socket] : [undefined, lower];
    closed.close();
    return kept;
  }

  #pause(notice: string): void {
    if (this.#retryAtMs === Infinity) this.#selector.unregister(this.#listener.descriptor);
    this.#retryAtMs = this.#thread.now() + RETRY_MS;
    if (!this.#noticed) this.#thread.notice(notice);
    this.#noticed = true;
  }

  /** Ends a pause. */
  #watch(): void {
    if (this.#retryAtMs === Infinity) return;
    this.#retryAtMs = Infinity;
    this.#selector.register(this.#listener.descriptor, READ);
  }
}

/**
 * The listening socket in the loop: one more readable socket, and the valve that keeps the loop within its limits.
 *
 * A process has a limit of descriptors, and `select(2)` one of its own (1024). At either, the acceptor stops watching
 * the listening socket: those who come wait in the kernel's backlog, nobody is dropped, and the loop does not spin over
 * a readiness that it can't use. It goes on when a client has left, of this loop or of another, or after a while in
 * case something else in the process had taken the descriptors.
 */
import { type ServerThread, exhaustedNotice } from '@concurrent-primes/server-core';
import { type ListeningSocket, READ, type Selector, type Socket, isExhausted } from '@concurrent-primes/sockets';
import type { PausedLoops } from './paused-loops.ts';

const NON_BLOCKING = { nonBlocking: true };

/** How long a paused acceptor waits for a client to leave before it tries again, in milliseconds. */
const RETRY_MS = 1000;

/** Accepts connections for a loop, and pauses when there is no room for one more. */
export class Acceptor {
  readonly #thread: ServerThread<object>;
  readonly #listener: ListeningSocket;
  readonly #selector: Selector;
  readonly #pausedLoops: PausedLoops;
  #retryAtMs = Infinity;
  /** Accepted, but with a descriptor that the selector can't watch: it waits for a lower one. */
  #parked: Socket | undefined;
  #open = true;
  #noticed = false;

  constructor(thread: ServerThread<object>, listener: ListeningSocket, selector: Selector, pausedLoops: PausedLoops) {
    this.#thread = thread;
    this.#listener = listener;
    this.#selector = selector;
    this.#pausedLoops = pausedLoops;
    selector.register(listener.descriptor, READ);
  }

  /** Whether it still accepts, now or after a pause. */
  get open(): boolean {
    return this.#open;
  }

  get descriptor(): number {
    return this.#listener.descriptor;
  }

  /**
   * When to call {@link resume} at the latest, on the thread's clock; 0 when a client of another loop has left,
   * Infinity while not paused.
   */
  get retryAtMs(): number {
    return this.#retryAtMs === Infinity || this.#pausedLoops.joined ? this.#retryAtMs : 0;
  }

  /** The next waiting connection, non-blocking; undefined when none waits or there is no room. */
  accept(): Socket | undefined {
    const socket = this.#next();
    if (socket === undefined || socket.descriptor < this.#selector.capacity) return socket;
    this.#parked = socket;
    this.#pause(
      `${this.#selector.kind} can watch descriptors below ${this.#selector.capacity} only, and all are taken: new ` +
        'clients wait until one leaves; --selector poll or epoll has no such limit',
    );
    return this.#pausedLoops.join() ? this.resume() : undefined;
  }

  /** Tries again after a pause; returns the connection that had to wait for a lower descriptor, if there is one now. */
  resume(): Socket | undefined {
    if (this.#retryAtMs === Infinity) return undefined;
    if (this.#parked !== undefined) {
      const lower = this.#lowered(this.#parked);
      if (lower === undefined) {
        if (this.#pausedLoops.join()) return this.resume();
        this.#retryAtMs = this.#thread.now() + RETRY_MS;
        return undefined;
      }
      this.#parked = undefined;
      this.#watch();
      return lower;
    }
    this.#watch();
    return undefined;
  }

  /** Stops listening for good, and returns the connections that had been made but not accepted. */
  *close(): Generator<Socket> {
    this.#open = false;
    if (this.#retryAtMs === Infinity) this.#selector.unregister(this.#listener.descriptor);
    this.#retryAtMs = Infinity;
    if (this.#parked !== undefined) yield this.#parked;
    for (let socket = this.#next(); socket !== undefined; socket = this.#next()) yield socket;
    this.#listener.close();
  }

  #next(): Socket | undefined {
    try {
      return this.#listener.accept(NON_BLOCKING);
    } catch (error) {
      if (!isExhausted(error)) throw error;
      if (!this.#open) return undefined;
      if (this.#pausedLoops.join()) return this.#next(); // what became free until now was not told to us
      this.#pause(exhaustedNotice(error));
      return undefined;
    }
  }

  /** The same connection under the lowest free descriptor; undefined when that is still too high or there is none. */
  #lowered(socket: Socket): Socket | undefined {
    let lower: Socket;
    try {
      lower = socket.duplicate();
    } catch (error) {
      if (isExhausted(error)) return undefined;
      throw error;
    }
    if (lower.descriptor < this.#selector.capacity) {
      socket.close();
      return lower;
    }
    lower.close();
    return undefined;
  }

  #pause(notice: string): void {
    if (this.#retryAtMs === Infinity) this.#selector.unregister(this.#listener.descriptor);
    this.#retryAtMs = this.#thread.now() + RETRY_MS;
    if (this.#noticed) return;
    this.#noticed = true;
    this.#thread.notice(notice);
  }

  #watch(): void {
    this.#retryAtMs = Infinity;
    this.#selector.register(this.#listener.descriptor, READ);
  }
}

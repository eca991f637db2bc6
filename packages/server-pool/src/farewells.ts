/**
 * Clients that a thread has refused because the server stops, and that may not have read the refusal yet.
 *
 * A client that was just accepted may send its request after the refusal. If the socket were closed by then, the kernel
 * would answer with a reset, and a client that finds its connection reset often doesn't read what came before. So a
 * refused client keeps its socket, whose sending has ended, until it ends its own sending. Meanwhile the thread refuses
 * further clients and serves others; at the end it waits for all of them together, for as long as the phase allows.
 *
 * The wait ends at the order `CUT`: the main thread then makes a descriptor readable, which nobody reads, so that it wakes
 * every thread.
 */
import { CUT, type ServerThread, type SocketConnection } from '@concurrent-primes/server-core';
import { READ, type Selector, type Socket, createSelector } from '@concurrent-primes/sockets';

/** The most clients of a thread that keep their sockets; the one that was refused first makes room for a further one. */
export const MOST_FAREWELLS = 1024;

interface Farewell {
  readonly connection: SocketConnection;
  /** When the server closes the connection; in the order of refusing, because all have the same limit. */
  readonly untilMs: number;
}

/** What this needs from its thread. */
export type FarewellThread = Pick<ServerThread<object>, 'close' | 'control' | 'limits' | 'open'>;

/** The refused clients of one thread. */
export class Farewells {
  readonly #thread: FarewellThread;
  readonly #cutDescriptor: number;
  readonly #now: () => number;
  /** By descriptor, in the order of refusing. */
  readonly #waiting = new Map<number, Farewell>();

  /**
   * @param cutDescriptor - readable once the order is `CUT`; the main thread owns it
   * @param now - monotonic clock, in milliseconds
   */
  constructor(thread: FarewellThread, cutDescriptor: number, now: () => number = () => performance.now()) {
    this.#thread = thread;
    this.#cutDescriptor = cutDescriptor;
    this.#now = now;
  }

  /** Number of clients that keep their sockets. */
  get size(): number {
    return this.#waiting.size;
  }

  /** Refuses a client that was accepted, and keeps its socket. */
  refuse(socket: Socket): void {
    const connection = this.#thread.open(socket, { admitted: false });
    connection.turnAway('shutting-down');
    this.keep(connection);
  }

  /** Keeps the socket of a client that was turned away, or closes it if there is nothing to wait for. */
  keep(connection: SocketConnection): void {
    if (connection.next !== 'receive' || this.#thread.control.order === CUT) {
      this.#thread.close(connection, 'shutdown');
      return;
    }
    if (this.#waiting.size >= MOST_FAREWELLS) this.endFirst();
    const untilMs = this.#now() + this.#thread.limits[connection.phase]!.timeoutMs;
    this.#waiting.set(connection.descriptor, { connection, untilMs });
  }

  /** Closes the connection that was refused first; returns false if there is none. */
  endFirst(): boolean {
    const [first] = this.#waiting.values();
    if (first === undefined) return false;
    this.#end(first);
    return true;
  }

  /** Waits until all of them have left, their time has passed, or the order is `CUT`; then closes what is open. */
  wait(): void {
    if (this.#waiting.size > 0) {
      using selector = createSelector('poll');
      selector.register(this.#cutDescriptor, READ);
      for (const descriptor of this.#waiting.keys()) selector.register(descriptor, READ);
      while (this.#waiting.size > 0 && this.#thread.control.order !== CUT) this.#waitOnce(selector);
    }
    while (this.endFirst());
  }

  #waitOnce(selector: Selector): void {
    const [first] = this.#waiting.values();
    const leftMs = first!.untilMs - this.#now();
    if (leftMs <= 0) {
      selector.unregister(first!.connection.descriptor);
      this.#end(first!);
      return;
    }
    const ready = selector.select(leftMs);
    for (const descriptor of ready.descriptors.subarray(0, ready.count)) {
      const farewell = this.#waiting.get(descriptor);
      farewell?.connection.receive();
      if (farewell === undefined || farewell.connection.next === 'receive') continue;
      selector.unregister(descriptor);
      this.#end(farewell);
    }
  }

  #end({ connection }: Farewell): void {
    this.#waiting.delete(connection.descriptor);
    this.#thread.close(connection, 'shutdown');
  }
}

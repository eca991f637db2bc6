/**
 * Waits for connections on a listening socket that other processes hold too.
 *
 * The thread can't block in `accept(2)`: the main thread would wake it by `shutdown(2)`, which ends listening for all
 * processes. So it blocks in `poll(2)`, on the socket and on a wake pipe, and then accepts without waiting. Another process
 * may have taken the connection meanwhile.
 */
import { type ListeningSocket, READ, type Selector, createSelector, drainWake } from '@concurrent-primes/sockets';

/** The wait of the accept thread; it owns the selector. */
export class SharedAccept implements Disposable {
  readonly #selector: Selector = createSelector('poll');
  readonly #wakeDescriptor: number;

  /** @param wakeDescriptor - becomes readable to wake the thread */
  constructor(listener: ListeningSocket, wakeDescriptor: number) {
    this.#wakeDescriptor = wakeDescriptor;
    this.#selector.register(listener.descriptor, READ);
    this.#selector.register(wakeDescriptor, READ);
  }

  /** Blocks until a connection waits, the thread is woken, or the time is over. */
  wait(timeoutMs: number): void {
    const { count, descriptors } = this.#selector.select(timeoutMs);
    if (descriptors.subarray(0, count).includes(this.#wakeDescriptor)) drainWake(this.#wakeDescriptor);
  }

  [Symbol.dispose](): void {
    this.#selector.close();
  }
}

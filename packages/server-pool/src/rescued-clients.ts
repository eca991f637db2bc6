/**
 * The connections that wait in the kernel when the accept thread is woken for a stop.
 *
 * `shutdown(2)` of the listening socket wakes the accept thread, and resets every connection in the backlog. Mostly there
 * is none while the thread blocks, but clients that connect at that moment are there: the kernel has woken the thread for
 * them, and it has not run yet. So the main thread takes them out of the backlog first, and the accept thread refuses
 * them.
 *
 *     SharedArrayBuffer of int32
 *     [0] count   Written by the main thread before it marks the accept thread as woken, which then reads it.
 *     [1] ...     descriptors of accepted sockets; the accept thread owns them then
 */
import { ListeningSocket, WOULD_BLOCK, mayPass } from '@concurrent-primes/sockets';

/** The most connections that are taken: the backlog of a Linux system with its usual setting. */
const MOST = 4096;

const COUNT = 0;
const FIRST = 1;

/** One thread's view of the connections. */
export class RescuedClients {
  /** Shared memory for the object of the other thread. */
  readonly memory: SharedArrayBuffer;
  readonly #words: Int32Array;

  /** @param memory - the memory of the other thread's object; default: new memory */
  constructor(memory: SharedArrayBuffer = new SharedArrayBuffer((FIRST + MOST) * Int32Array.BYTES_PER_ELEMENT)) {
    this.memory = memory;
    this.#words = new Int32Array(memory);
  }

  /**
   * Takes all connections out of the backlog; called by the main thread, which does not own the socket.
   *
   * @param descriptor - descriptor of the listening socket, which is non-blocking from now on
   */
  rescue(descriptor: number): void {
    const listener = ListeningSocket.adopt(descriptor);
    try {
      listener.setNonBlocking(true);
      for (let count = 0; count < MOST; count += 1) {
        const accepted = listener.acceptDescriptor();
        if (accepted === WOULD_BLOCK) break;
        this.#words[FIRST + count] = accepted;
        Atomics.store(this.#words, COUNT, count + 1);
      }
    } catch (error) {
      // No descriptor is left: the rest can't be refused.
      if (!mayPass(error)) throw error;
    } finally {
      listener.release();
    }
  }

  /** Returns the descriptors of the connections, which the caller then owns; the second time none. */
  take(): readonly number[] {
    return [...this.#words.subarray(FIRST, FIRST + Atomics.exchange(this.#words, COUNT, 0))];
  }
}

/**
 * The loops that have found no free descriptor. A loop whose client leaves wakes them: descriptors belong to the process,
 * and a loop without clients doesn't notice when one becomes free.
 *
 *     SharedArrayBuffer of int32, one word a loop
 *     [i] 1: loop i must be woken when a client of another loop leaves.   Set by loop i, cleared by the waking loop.
 *
 * One free descriptor wakes all of them: only the kernel knows which loop has clients in its backlog. The first loop gets
 * it, the others pause again.
 *
 * No wake-up is lost: a loop that pauses joins and then tries once more; a loop whose client leaves closes the
 * descriptor and then checks which loops have joined. In either order, one gets the descriptor or the other sees the
 * word. A word that is still set when its loop accepts again costs one unnecessary wake-up.
 */
import { wake } from '@concurrent-primes/sockets';

const JOINED = 1;

export class PausedLoops {
  /** Shared memory for {@link PausedLoops} objects in other threads. */
  readonly memory: SharedArrayBuffer;
  readonly #words: Int32Array;
  readonly #wakeDescriptors: readonly number[];
  readonly #own: number;

  /**
   * @param wakeDescriptors - write end of each loop's wake pipe; the main thread closes them after all loops have ended
   * @param memory - the memory of another loop's object; default: new memory, without paused loops
   */
  constructor(
    wakeDescriptors: readonly number[],
    own: number,
    memory: SharedArrayBuffer = new SharedArrayBuffer(wakeDescriptors.length * Int32Array.BYTES_PER_ELEMENT),
  ) {
    this.memory = memory;
    this.#words = new Int32Array(memory);
    this.#wakeDescriptors = wakeDescriptors;
    this.#own = own;
  }

  /** Whether this loop has joined and was not woken since then. */
  get joined(): boolean {
    return Atomics.load(this.#words, this.#own) === JOINED;
  }

  /**
   * Adds this loop, which is about to pause.
   *
   * @returns true if it had not joined before, so that earlier free descriptors were not announced to it
   */
  join(): boolean {
    return Atomics.exchange(this.#words, this.#own, JOINED) !== JOINED;
  }

  /** Wakes all other loops that have joined, because a descriptor is free. */
  wakeOthers(): void {
    for (let loop = 0; loop < this.#wakeDescriptors.length; loop += 1) {
      if (loop === this.#own || Atomics.load(this.#words, loop) !== JOINED) continue;
      Atomics.store(this.#words, loop, 0); // before the wake-up: the loop may join again immediately
      wake(this.#wakeDescriptors[loop]!);
    }
  }
}

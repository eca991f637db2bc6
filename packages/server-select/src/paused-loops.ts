/**
 * Which loops have found no free descriptor, so that a loop whose client leaves can wake them: descriptors belong to the
 * process, and a loop without clients of its own would never see one become free.
 *
 *     SharedArrayBuffer of int32, one word a loop
 *     [i] 1: loop i wants to be woken when a client of another loop leaves.   Set by loop i, cleared by the waking loop.
 *
 * All of them are woken for one descriptor. The first one gets it, the others pause again: which loop has clients
 * waiting is known to the kernel only, so there is no better choice.
 *
 * No wake-up is lost: a loop that pauses joins and then tries once more; a loop whose client leaves closes the
 * descriptor and then looks which loops have joined. Whichever was first, one gets the descriptor or the other sees the
 * word. A word that is still set when its loop accepts again costs one needless wake-up, and serves the next pause.
 */
import { wake } from '@concurrent-primes/sockets';

const JOINED = 1;

/** The paused loops of a server, seen from one loop. */
export class PausedLoops {
  /** Shared memory for {@link PausedLoops} objects in other threads. */
  readonly memory: SharedArrayBuffer;
  readonly #words: Int32Array;
  readonly #wakeDescriptors: readonly number[];
  readonly #own: number;

  /**
   * @param wakeDescriptors - write end of each loop's wake pipe; the main thread closes them after all loops have ended
   * @param own - index of this loop, from 0
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

  /** Whether this loop has joined and was not woken since. */
  get joined(): boolean {
    return Atomics.load(this.#words, this.#own) === JOINED;
  }

  /**
   * This loop is about to pause, and wants to be woken.
   *
   * @returns whether it had not joined before: descriptors that became free until now were not announced to it
   */
  join(): boolean {
    return Atomics.exchange(this.#words, this.#own, JOINED) !== JOINED;
  }

  /** A descriptor has become free: wakes all other loops that have joined. */
  wakeOthers(): void {
    for (let loop = 0; loop < this.#wakeDescriptors.length; loop += 1) {
      if (loop === this.#own || Atomics.load(this.#words, loop) !== JOINED) continue;
      Atomics.store(this.#words, loop, 0); // before the wake-up: the loop may join again at once
      wake(this.#wakeDescriptors[loop]!);
    }
  }
}

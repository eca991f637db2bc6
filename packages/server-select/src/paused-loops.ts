/**
 * Which loops have found no descriptor left, so that the loop whose client leaves can wake them: descriptors are the
 * process's, and a loop that has no clients of its own would never see one become free.
 *
 *     SharedArrayBuffer of int32, one word a loop
 *     [i] 1: loop i is to be woken when a client of another loop leaves.   Set by loop i, cleared by the loop that wakes it.
 *
 * All of them are woken for one descriptor. The first gets it, the others pause again: who has clients waiting is known
 * to the kernel only, so there is no better choice.
 *
 * No wake-up is lost: a loop that pauses joins and then tries once more, a loop whose client leaves closes the
 * descriptor and then looks who has joined. Whichever was first, the one gets the descriptor or the other sees the
 * word. A word that is still set when its loop accepts again costs one needless wake-up, and is as good as new for the
 * next pause.
 */
import { wake } from '@concurrent-primes/sockets';

const JOINED = 1;

/** The paused loops of a server, seen from one loop. */
export class PausedLoops {
  readonly memory: SharedArrayBuffer;
  readonly #words: Int32Array;
  readonly #wakeDescriptors: readonly number[];
  readonly #own: number;

  /**
   * @param wakeDescriptors the write end of each loop's wake pipe; whoever opened them closes them after all loops have ended
   * @param own which of the loops this one is, from 0
   * @param memory what another loop's {@link PausedLoops.memory} is; without it, none has paused
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
   * @returns whether it had not joined before: a descriptor that has become free until now was not told to it
   */
  join(): boolean {
    return Atomics.exchange(this.#words, this.#own, JOINED) !== JOINED;
  }

  /** A descriptor has become free: wakes all other loops that have joined. */
  wakeOthers(): void {
    for (let loop = 0; loop < this.#wakeDescriptors.length; loop += 1) {
      if (loop === this.#own || Atomics.load(this.#words, loop) !== JOINED) continue;
      Atomics.store(this.#words, loop, 0); // before the wake-up: it may join anew at once
      wake(this.#wakeDescriptors[loop]!);
    }
  }
}

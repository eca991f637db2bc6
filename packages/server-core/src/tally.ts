/**
 * Counts by name in shared memory: every thread of a server adds, anyone reads at any time.
 *
 *     SharedArrayBuffer, 8 bytes a name, in the order of `names`: | low 32 bits | high 32 bits |
 *
 * Two words, because adding to a BigUint64Array makes a BigInt each time. Whoever adds the one that lets the low word
 * overflow adds to the high word next. A reader in that very instant, once in 4 billion, is short by 2^32.
 *
 * Counters are independent of each other, so a reader may see one exchange's connection counted and its outcome not
 * yet. A counter is touched once an exchange or connection, which keeps one shared row cheaper than a row a thread.
 */

/** What a server counts whatever its sessions are. */
export const CONNECTION_COUNTERS = ['connections', 'connections-closed'] as const;

/** Words of a counter. */
const WORDS = 2;

/** The low word before it starts again at 0. */
const OVERFLOWING = 2 ** 32 - 1;

/** Named counters that threads share. */
export class Tally {
  readonly names: readonly string[];
  readonly memory: SharedArrayBuffer;
  readonly #words: Uint32Array;
  readonly #indexes: ReadonlyMap<string, number>;

  /** @param memory what another thread's {@link Tally.memory} is; without it, a new one with all counters at 0 */
  constructor(
    names: readonly string[],
    memory: SharedArrayBuffer = new SharedArrayBuffer(names.length * WORDS * Uint32Array.BYTES_PER_ELEMENT),
  ) {
    this.names = names;
    this.memory = memory;
    this.#words = new Uint32Array(memory);
    this.#indexes = new Map(names.map((name, index) => [name, index]));
  }

  /**
   * Adds one to a counter.
   *
   * @throws RangeError for a name that the tally was not made with.
   */
  add(name: string): void {
    const low = this.#indexOf(name) * WORDS;
    if (Atomics.add(this.#words, low, 1) === OVERFLOWING) Atomics.add(this.#words, low + 1, 1);
  }

  /**
   * One counter as it is now.
   *
   * @throws RangeError for a name that the tally was not made with.
   */
  value(name: string): number {
    return this.#read(this.#indexOf(name));
  }

  /** All counters as they are now. */
  read(): Record<string, number> {
    return Object.fromEntries(this.names.map((name, index) => [name, this.#read(index)]));
  }

  #read(index: number): number {
    const low = index * WORDS;
    return Atomics.load(this.#words, low + 1) * 2 ** 32 + Atomics.load(this.#words, low);
  }

  #indexOf(name: string): number {
    const index = this.#indexes.get(name);
    if (index === undefined) throw new RangeError(`a tally counts only ${this.names.join(', ')}, got ${name}`);
    return index;
  }
}

/**
 * Counts by name in shared memory: every thread of a server adds, anyone reads at any time.
 *
 *     SharedArrayBuffer, 8 bytes a name: one unsigned 64-bit counter each, in the order of `names`
 *
 * Counters are independent of each other, so a reader may see one exchange's connection counted and its outcome not
 * yet. A counter is touched once an exchange or connection, which keeps one shared row cheaper than a row a thread.
 */

/** What a server counts whatever its sessions are. */
export const CONNECTION_COUNTERS = ['connections', 'connections-closed'] as const;

/** Named counters that threads share. */
export class Tally {
  readonly names: readonly string[];
  readonly memory: SharedArrayBuffer;
  readonly #counters: BigUint64Array;
  readonly #indexes: ReadonlyMap<string, number>;

  /** @param memory what another thread's {@link Tally.memory} is; without it, a new one with all counters at 0 */
  constructor(
    names: readonly string[],
    memory: SharedArrayBuffer = new SharedArrayBuffer(names.length * BigUint64Array.BYTES_PER_ELEMENT),
  ) {
    this.names = names;
    this.memory = memory;
    this.#counters = new BigUint64Array(memory);
    this.#indexes = new Map(names.map((name, index) => [name, index]));
  }

  /**
   * Adds one to a counter.
   *
   * @throws RangeError for a name that the tally was not made with.
   */
  add(name: string): void {
    Atomics.add(this.#counters, this.#indexOf(name), 1n);
  }

  /**
   * One counter as it is now.
   *
   * @throws RangeError for a name that the tally was not made with.
   */
  value(name: string): number {
    return Number(Atomics.load(this.#counters, this.#indexOf(name)));
  }

  /** All counters as they are now. */
  read(): Record<string, number> {
    return Object.fromEntries(this.names.map((name, index) => [name, Number(Atomics.load(this.#counters, index))]));
  }

  #indexOf(name: string): number {
    const index = this.#indexes.get(name);
    if (index === undefined) throw new RangeError(`a tally counts only ${this.names.join(', ')}, got ${name}`);
    return index;
  }
}

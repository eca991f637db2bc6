/**
 * Counters by name in shared memory: every thread of a server adds, every thread may read at any time.
 *
 *     SharedArrayBuffer, 8 bytes a name, in the order of `names`: | low 32 bits | high 32 bits |
 *
 * Two words, because adding to a BigUint64Array allocates a BigInt each time. The thread whose addition overflows the low
 * word then adds to the high word; a reader between the two gets 2^32 too little.
 *
 * Counters are independent of each other, so a reader may see a connection before the outcome of its exchange. Each
 * exchange adds to few counters, so one shared row is cheaper than a row for each thread.
 */

/** Counters of every server, in addition to the outcomes of its sessions. */
export const CONNECTION_COUNTERS = ['connections', 'connections-closed', 'evicted', 'session-failures'] as const;

/** Words for each counter. */
const WORDS = 2;

/** The greatest value of the low word. */
const OVERFLOWING = 2 ** 32 - 1;

/** Named counters that threads share. */
export class Tally {
  readonly names: readonly string[];
  readonly memory: SharedArrayBuffer;
  readonly #words: Uint32Array;
  readonly #indexes: ReadonlyMap<string, number>;

  /** @param memory - the memory of another thread's object; default: new memory with all counters at 0 */
  constructor(
    names: readonly string[],
    memory: SharedArrayBuffer = new SharedArrayBuffer(names.length * WORDS * Uint32Array.BYTES_PER_ELEMENT),
  ) {
    this.names = names;
    this.memory = memory;
    this.#words = new Uint32Array(memory);
    this.#indexes = new Map(names.map((name, index) => [name, index]));
  }

  /** Adds one to a counter. */
  add(name: string): void {
    const low = this.#indexOf(name) * WORDS;
    if (Atomics.add(this.#words, low, 1) === OVERFLOWING) Atomics.add(this.#words, low + 1, 1);
  }

  /** Returns one counter. */
  value(name: string): number {
    return this.#read(this.#indexOf(name));
  }

  /** Returns all counters. */
  read(): Record<string, number> {
    return Object.fromEntries(this.names.map((name, index) => [name, this.#read(index)]));
  }

  #read(index: number): number {
    const low = index * WORDS;
    return Atomics.load(this.#words, low + 1) * 2 ** 32 + Atomics.load(this.#words, low);
  }

  #indexOf(name: string): number {
    const index = this.#indexes.get(name);
    if (index === undefined) {
      throw new RangeError(`cannot count: the name must be ${this.names.join(', ')}, got ${name}`);
    }
    return index;
  }
}

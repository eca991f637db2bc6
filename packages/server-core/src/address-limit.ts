/**
 * The connection limit of each client address: one count for all threads of a server.
 *
 * A hash table in shared memory has an entry for each address that has connections. The whole address is the key, as the
 * text that the kernel's bytes have, so that two addresses never share a count.
 *
 *     SharedArrayBuffer of int32; entries are numbered from 1, 0 means none
 *     [0] lock      0 free, 1 locked, 2 locked and another thread may sleep
 *     [1] free      the first entry that was given back; `next` leads to further ones
 *     [2] used      number of entries that were ever used; those behind are free too
 *     [3] seed      of the hash function: random, so that nobody can choose addresses of one bucket
 *     [4] ...       the buckets: the first entry of each
 *     then          the entries:  next | count | length of the address | 64 bytes of the address
 *
 * Only the thread that has locked the table reads or writes its other words, and it does so for less than a microsecond. A
 * connection keeps the number of its entry as a token, because its address may be unknown when it ends. An entry whose
 * count is 0 is free for another address.
 */
import { randomInt } from 'node:crypto';

/** The token of a connection that no address counts. */
export const UNCOUNTED = -1;
/** Instead of a token: the address has as many connections as it may have. */
export const ADDRESS_FULL = -2;

const [LOCK, FREE, USED, SEED, BUCKETS] = [0, 1, 2, 3, 4] as const;
const [UNLOCKED, LOCKED, CONTENDED] = [0, 1, 2] as const;

/** Words of an entry, and where they are in it. */
const ENTRY_WORDS = 19;
const [NEXT, COUNT, LENGTH, TEXT] = [0, 1, 2, 3] as const;
/** The longest text: IPv6 with its zone has 62. */
const TEXT_BYTES = (ENTRY_WORDS - TEXT) * Int32Array.BYTES_PER_ELEMENT;

/** Addresses that the table has room for, with as many buckets. Connections of further addresses aren't counted. */
const DEFAULT_ENTRIES = 65_536;

/** One thread's view of the limit. */
export class AddressLimit {
  /** The most connections of one address at the same time. */
  readonly limit: number;
  /** Shared memory for {@link AddressLimit} objects in other threads. */
  readonly memory: SharedArrayBuffer;
  readonly #entries: number;
  readonly #words: Int32Array;
  readonly #bytes: Uint8Array;

  /**
   * @param memory - the memory of another thread's object with as many entries; default: new memory without connections
   * @param entries - number of addresses that it has room for
   */
  constructor(limit: number, memory?: SharedArrayBuffer, entries = DEFAULT_ENTRIES) {
    this.limit = limit;
    this.#entries = entries;
    this.memory =
      memory ?? new SharedArrayBuffer((BUCKETS + entries * (1 + ENTRY_WORDS)) * Int32Array.BYTES_PER_ELEMENT);
    this.#words = new Int32Array(this.memory);
    this.#bytes = new Uint8Array(this.memory);
    if (memory === undefined) this.#words[SEED] = randomInt(2 ** 32) | 0;
  }

  /**
   * Counts a connection of an address.
   *
   * @param host - numeric address
   * @returns a token for {@link AddressLimit.release}, or {@link ADDRESS_FULL}
   */
  take(host: string): number {
    this.#lock();
    try {
      return this.#take(host);
    } finally {
      this.#unlock();
    }
  }

  /** Removes a connection that {@link AddressLimit.take} has counted; does nothing for one that is not counted. */
  release(token: number): void {
    if (token < 0) return;
    this.#lock();
    try {
      const count = this.#word(token, COUNT) - 1;
      this.#set(token, COUNT, count);
      if (count === 0) this.#free(token);
    } finally {
      this.#unlock();
    }
  }

  #take(host: string): number {
    if (host.length > TEXT_BYTES) return UNCOUNTED;
    const bucket = this.#bucketOf(host.length, (index) => host.charCodeAt(index));
    let entry = this.#words[bucket]!;
    while (entry !== 0 && !this.#isOf(entry, host)) entry = this.#word(entry, NEXT);
    if (entry === 0) entry = this.#add(bucket, host);
    if (entry === 0) return UNCOUNTED;
    const count = this.#word(entry, COUNT);
    if (count >= this.limit) return ADDRESS_FULL;
    this.#set(entry, COUNT, count + 1);
    return entry;
  }

  /** Returns a new entry without connections, or 0 if there is no room. */
  #add(bucket: number, host: string): number {
    const words = this.#words;
    let entry = words[FREE]!;
    if (entry !== 0) words[FREE] = this.#word(entry, NEXT);
    else if (words[USED]! < this.#entries) entry = words[USED] = words[USED]! + 1;
    else return 0;
    this.#set(entry, NEXT, words[bucket]!);
    this.#set(entry, COUNT, 0);
    this.#set(entry, LENGTH, host.length);
    const first = this.#textOf(entry);
    for (let index = 0; index < host.length; index += 1) this.#bytes[first + index] = host.charCodeAt(index);
    words[bucket] = entry;
    return entry;
  }

  /** Takes an entry out of its bucket. */
  #free(entry: number): void {
    const words = this.#words;
    const first = this.#textOf(entry);
    const bucket = this.#bucketOf(this.#word(entry, LENGTH), (index) => this.#bytes[first + index]!);
    if (words[bucket] === entry) words[bucket] = this.#word(entry, NEXT);
    else {
      let before = words[bucket]!;
      while (this.#word(before, NEXT) !== entry) before = this.#word(before, NEXT);
      this.#set(before, NEXT, this.#word(entry, NEXT));
    }
    this.#set(entry, NEXT, words[FREE]!);
    words[FREE] = entry;
  }

  #isOf(entry: number, host: string): boolean {
    if (this.#word(entry, LENGTH) !== host.length) return false;
    const first = this.#textOf(entry);
    for (let index = 0; index < host.length; index += 1) {
      if (this.#bytes[first + index] !== host.charCodeAt(index)) return false;
    }
    return true;
  }

  /** Index of the word of an address's bucket. The hash is FNV-1a with a random start, mixed once more. */
  #bucketOf(length: number, byteAt: (index: number) => number): number {
    let hash = this.#words[SEED]!;
    for (let index = 0; index < length; index += 1) hash = Math.imul(hash ^ byteAt(index), 0x01000193);
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
    return BUCKETS + (((hash ^ (hash >>> 13)) >>> 0) % this.#entries);
  }

  #indexOf(entry: number): number {
    return BUCKETS + this.#entries + (entry - 1) * ENTRY_WORDS;
  }

  #textOf(entry: number): number {
    return (this.#indexOf(entry) + TEXT) * Int32Array.BYTES_PER_ELEMENT;
  }

  #word(entry: number, word: number): number {
    return this.#words[this.#indexOf(entry) + word]!;
  }

  #set(entry: number, word: number, value: number): void {
    this.#words[this.#indexOf(entry) + word] = value;
  }

  /** Ulrich Drepper, "Futexes Are Tricky": a lock of three states, which makes no call unless two threads meet. */
  #lock(): void {
    let seen = Atomics.compareExchange(this.#words, LOCK, UNLOCKED, LOCKED);
    while (seen !== UNLOCKED) {
      Atomics.wait(this.#words, LOCK, CONTENDED);
      seen = Atomics.exchange(this.#words, LOCK, CONTENDED);
    }
  }

  #unlock(): void {
    if (Atomics.exchange(this.#words, LOCK, UNLOCKED) === CONTENDED) Atomics.notify(this.#words, LOCK, 1);
  }
}

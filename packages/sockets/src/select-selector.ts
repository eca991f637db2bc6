/**
 * Selector over `select(2)`: two bitmaps, "may I read?" and "may I write?", with one bit for each descriptor.
 *
 * The bitmaps are an `fd_set`, 1024 bits in every C library (FD_SETSIZE): a higher descriptor has no bit, and in C
 * setting it writes over other memory. This limit cannot be lifted from outside; here it is checked.
 *
 * Cost: linear, in the *highest descriptor*. The kernel tests bit after bit, asks each watched socket whether it is
 * ready and hangs itself into each one's wait queue before it sleeps; afterwards the bitmaps come back and have to be
 * searched bit by bit once more. Nothing is remembered from one call to the next.
 *
 * Order of reports: ascending.
 */
import { BaseSelector, INTERRUPTED } from './base-selector.ts';
import { SocketError, errnos } from './error.ts';
import { libc } from './libc.ts';
import { MAX_TIMEOUT_MS, writeTimeval } from './options.ts';
import { READ, WRITE } from './selector.ts';

const FD_SETSIZE = 1024;
/** Bit `d` of an fd_set is bit `d % 32` of word `d / 32`: so on every little-endian machine, whatever a C long is. */
const WORDS = FD_SETSIZE / 32;
const TIMEVAL_WORDS = 4;

/** Asks by `select(2)`. */
export class SelectSelector extends BaseSelector {
  readonly kind = 'select';
  readonly #read = new Int32Array(WORDS);
  readonly #write = new Int32Array(WORDS);
  readonly #readReady = new Int32Array(WORDS);
  readonly #writeReady = new Int32Array(WORDS);
  readonly #timeval = new Int32Array(TIMEVAL_WORDS);
  #highest = -1;

  constructor() {
    super(FD_SETSIZE);
  }

  protected apply(descriptor: number, _: number, after: number): void {
    setBit(this.#read, descriptor, (after & READ) !== 0);
    setBit(this.#write, descriptor, (after & WRITE) !== 0);
    if (after !== 0) this.#highest = Math.max(this.#highest, descriptor);
    while (this.#highest >= 0 && !hasBit(this.#read, this.#highest) && !hasBit(this.#write, this.#highest)) {
      this.#highest--;
    }
  }

  protected wait(timeoutMs: number): number {
    // The kernel overwrites the sets with its answer, so it gets copies.
    this.#readReady.set(this.#read);
    this.#writeReady.set(this.#write);
    const timeout = timeoutMs === Infinity ? null : this.#timeval;
    if (timeout !== null) writeTimeval(timeout, Math.min(timeoutMs, MAX_TIMEOUT_MS));
    const answered = libc().select(this.#highest + 1, this.#readReady, this.#writeReady, null, timeout);
    if (answered >= 0) return answered;
    const errno = libc().errno();
    if (errno === errnos.EINTR) return INTERRUPTED;
    throw new SocketError('select', errno);
  }

  protected collect(): void {
    // The answer counts bits, not descriptors: one that is ready for both counts twice. So it can't end the search.
    const words = (this.#highest >>> 5) + 1;
    for (let word = 0; word < words; word++) {
      const read = this.#readReady[word]!;
      const write = this.#writeReady[word]!;
      for (let bits = read | write; bits !== 0; bits &= bits - 1) {
        const bit = 31 - Math.clz32(bits & -bits);
        this.report((word << 5) | bit, ((read >>> bit) & 1 ? READ : 0) | ((write >>> bit) & 1 ? WRITE : 0));
      }
    }
  }

  protected release(): void {
    // The sets are ours: the kernel keeps nothing between calls.
  }
}

function setBit(set: Int32Array, descriptor: number, on: boolean): void {
  const bit = 1 << (descriptor & 31);
  set[descriptor >>> 5] = on ? set[descriptor >>> 5]! | bit : set[descriptor >>> 5]! & ~bit;
}

function hasBit(set: Int32Array, descriptor: number): boolean {
  return (set[descriptor >>> 5]! & (1 << (descriptor & 31))) !== 0;
}

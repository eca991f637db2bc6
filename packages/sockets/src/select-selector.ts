/**
 * The selector over `select(2)`: two bitmaps, one for reading and one for writing, with one bit for each descriptor.
 *
 * The C type of a bitmap is `fd_set`, and it has 1024 bits (FD_SETSIZE) in every C library. A higher descriptor has no
 * bit; setting one in C overwrites other memory. So this selector refuses descriptors from 1024 on.
 *
 * Cost: linear in the *highest descriptor*, in every call. The kernel tests bit by bit, asks each watched socket
 * whether it is ready, and adds the caller to the socket's wait queue before it sleeps. It overwrites the bitmaps with
 * its results, which are then searched bit by bit again. Nothing is remembered between calls.
 *
 * Order of reports: ascending.
 */
import { BaseSelector, failedWait } from './base-selector.ts';
import { libc } from './libc.ts';
import { READ, WRITE } from './selector.ts';
import { MAX_TIMEOUT_MS, TIMEVAL_WORDS, writeTimeval } from './timeouts.ts';

export const FD_SETSIZE = 1024;
/** Descriptor `d` is bit `d % 32` of word `d / 32`: true on every little-endian machine, whatever size a C long has. */
const WORDS = FD_SETSIZE / 32;

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
    // Copies, because the kernel overwrites its arguments.
    this.#readReady.set(this.#read);
    this.#writeReady.set(this.#write);
    const timeout = timeoutMs === Infinity ? null : this.#timeval;
    if (timeout !== null) writeTimeval(timeout, Math.min(timeoutMs, MAX_TIMEOUT_MS));
    const answered = libc().select(this.#highest + 1, this.#readReady, this.#writeReady, null, timeout);
    return answered >= 0 ? answered : failedWait('select');
  }

  protected collect(): void {
    // The call returns the number of bits, not of descriptors (ready for both counts twice), so it can't end the loop.
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
    // Nothing to free: the kernel keeps nothing between calls.
  }
}

function setBit(set: Int32Array, descriptor: number, on: boolean): void {
  const bit = 1 << (descriptor & 31);
  set[descriptor >>> 5] = on ? set[descriptor >>> 5]! | bit : set[descriptor >>> 5]! & ~bit;
}

function hasBit(set: Int32Array, descriptor: number): boolean {
  return (set[descriptor >>> 5]! & (1 << (descriptor & 31))) !== 0;
}

/**
 * The selector over `poll(2)`: one array with an entry { descriptor, events to wait for, ready events } for each watched
 * descriptor.
 *
 *     struct pollfd, 8 bytes    | int fd | short events | short revents |
 *     as two 32-bit words       | fd     | events + (revents << 16)     |
 *
 * The entry holds the descriptor itself, so there is no highest one; results have a field of their own, so the array
 * needs no copy.
 *
 * Cost: linear in the *number of watched descriptors*, in every call. The kernel copies the whole array, asks each
 * socket whether it is ready, and adds the caller to the socket's wait queue before it sleeps. The results are then
 * searched entry by entry. Nothing is remembered between calls.
 *
 * Order of reports: that of the array, where the last entry replaces a removed one.
 */
import { BaseSelector, failedWait, roundUp } from './base-selector.ts';
import { libc } from './libc.ts';
import { platform } from './platform.ts';
import { END, READ, WRITE } from './selector.ts';
import { wholeMs } from './timeouts.ts';
import { POLLIN, POLLOUT } from './wait.ts';

/** POLLERR, POLLHUP and POLLNVAL (a closed descriptor), which `poll` reports even if not asked for. */
const POLL_FAILURE = 0x8 | 0x10 | 0x20;
const ENTRY_WORDS = 2;
const INITIAL_ENTRIES = 64;

export class PollSelector extends BaseSelector {
  readonly kind = 'poll';
  readonly #endBit = platform().POLLRDHUP;
  #entries = new Int32Array(INITIAL_ENTRIES * ENTRY_WORDS);
  #count = 0;
  /** Index of the entry of a watched descriptor, by descriptor. */
  #entryOf = new Int32Array(INITIAL_ENTRIES);

  constructor() {
    super(Infinity);
  }

  protected apply(descriptor: number, before: number, after: number): void {
    if (before === 0 && after !== 0) this.#append(descriptor);
    if (before !== 0 && after === 0) this.#remove(descriptor);
    const asked = (after & READ ? POLLIN | this.#endBit : 0) | (after & WRITE ? POLLOUT : 0);
    if (after !== 0) this.#entries[this.#entryOf[descriptor]! * ENTRY_WORDS + 1] = asked;
  }

  protected wait(timeoutMs: number): number {
    const answered = libc().poll(this.#entries, this.#count, wholeMs(timeoutMs));
    return answered >= 0 ? answered : failedWait('poll');
  }

  protected collect(answered: number): void {
    for (let word = 0; answered > 0; word += ENTRY_WORDS) {
      const found = this.#entries[word + 1]! >>> 16;
      if (found === 0) continue;
      answered--;
      const descriptor = this.#entries[word]!;
      const ended = found & this.#endBit ? END : 0;
      const events = (found & POLLIN ? READ : 0) | (found & POLLOUT ? WRITE : 0) | ended;
      this.report(descriptor, found & POLL_FAILURE ? this.interestOf(descriptor) : events);
    }
  }

  protected release(): void {
    // Nothing to free: the kernel keeps nothing between calls.
  }

  #append(descriptor: number): void {
    const words = (this.#count + 1) * ENTRY_WORDS;
    if (words > this.#entries.length) {
      this.#entries = new Int32Array(this.#entries.buffer.transfer(roundUp(words) * this.#entries.BYTES_PER_ELEMENT));
    }
    if (descriptor >= this.#entryOf.length) {
      const bytes = roundUp(descriptor + 1) * this.#entryOf.BYTES_PER_ELEMENT;
      this.#entryOf = new Int32Array(this.#entryOf.buffer.transfer(bytes));
    }
    this.#entryOf[descriptor] = this.#count;
    this.#entries[this.#count * ENTRY_WORDS] = descriptor;
    this.#count++;
  }

  #remove(descriptor: number): void {
    this.#count--;
    const gap = this.#entryOf[descriptor]!;
    const last = this.#count * ENTRY_WORDS;
    this.#entries.copyWithin(gap * ENTRY_WORDS, last, last + ENTRY_WORDS);
    this.#entryOf[this.#entries[last]!] = gap;
  }
}

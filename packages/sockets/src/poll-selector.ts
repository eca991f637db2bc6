/**
 * Selector over `poll(2)`: one array of { descriptor, what to wait for, what is ready }.
 *
 *     struct pollfd, 8 bytes   | int fd | short events | short revents |
 *     here, two words          | fd     | events  + (revents << 16)    |
 *
 * The descriptor stands in the entry, so there is no highest one, and the question is not overwritten by the answer: no
 * copies.
 *
 * Cost: linear, in the *number of watched descriptors*, ready or not. The whole array goes to the kernel in each call,
 * the kernel asks each socket and hangs itself into each one's wait queue, and the array comes back to be searched.
 * Nothing is remembered from one call to the next.
 *
 * Order of reports: that of the array, in which the last entry fills the gap of a removed one.
 */
import { BaseSelector, INTERRUPTED, roundUp } from './base-selector.ts';
import { SocketError, errnos } from './error.ts';
import { libc } from './libc.ts';
import { MAX_TIMEOUT_MS } from './options.ts';
import { END, READ, WRITE } from './selector.ts';
import { POLLIN, POLLOUT } from './wait.ts';
import { platform } from './platform.ts';

/** POLLERR, POLLHUP and POLLNVAL (a closed descriptor): reported whether asked for or not. */
const POLL_FAILURE = 0x8 | 0x10 | 0x20;
const ENTRY_WORDS = 2;
const INITIAL_ENTRIES = 64;

/** Asks by `poll(2)`. */
export class PollSelector extends BaseSelector {
  readonly kind = 'poll';
  readonly #endBit = platform().POLLRDHUP;
  #entries = new Int32Array(INITIAL_ENTRIES * ENTRY_WORDS);
  #count = 0;
  /** The entry of a watched descriptor, indexed by descriptor. */
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
    const timeout = timeoutMs === Infinity ? -1 : Math.min(Math.ceil(timeoutMs), MAX_TIMEOUT_MS);
    const answered = libc().poll(this.#entries, this.#count, timeout);
    if (answered >= 0) return answered;
    const errno = libc().errno();
    if (errno === errnos.EINTR) return INTERRUPTED;
    throw new SocketError('poll', errno);
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
    // The array is ours: the kernel keeps nothing between calls.
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

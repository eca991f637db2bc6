/** One client of a traced server: what its bytes say about its conversation. */
import { sumPrimes } from '@concurrent-primes/sieve';

const MESSAGE_BYTES = 8;
const PRIME_BYTES = 4;
/** The sum of a wider interval isn't checked: that would take longer than watching may. */
const WIDEST_CHECKED = 10_000_000;

/** What a message turned out to say. */
export type Note =
  | { readonly is: 'asked'; readonly a: number; readonly b: number }
  | { readonly is: 'counted'; readonly n: number }
  | { readonly is: 'refused'; readonly code: number }
  | { readonly is: 'sum'; readonly right: boolean };

/** Follows the bytes of a connection in both directions. */
export class TracedConversation {
  #stage: 'request' | 'answer' | 'sum' = 'request';
  #message: number[] = [];
  #sentBytes = 0;
  #head: number[] = [];
  #total = Infinity;
  #interval: readonly [number, number] = [0, -1];
  exchanges = 0;

  /** The server has received bytes. */
  received(bytes: readonly number[]): Note[] {
    const notes: Note[] = [];
    for (const byte of bytes) {
      this.#message.push(byte);
      if (this.#message.length < MESSAGE_BYTES) continue;
      const message = Buffer.from(this.#message);
      this.#message = [];
      if (this.#stage === 'sum') {
        notes.push({ is: 'sum', right: this.#isRight(message.readBigInt64BE()) });
        this.#stage = 'request';
        this.exchanges += 1;
      } else if (this.#stage === 'request') {
        this.#interval = [message.readInt32BE(0), message.readInt32BE(PRIME_BYTES)];
        this.#stage = 'answer';
        this.#sentBytes = 0;
        this.#head = [];
        this.#total = Infinity;
        notes.push({ is: 'asked', a: this.#interval[0], b: this.#interval[1] });
      }
    }
    return notes;
  }

  /**
   * The kernel has taken bytes.
   *
   * @param count - how many
   * @param bytes - the first of them
   */
  sent(count: number, bytes: readonly number[]): Note[] {
    const notes: Note[] = [];
    if (this.#sentBytes < PRIME_BYTES) {
      this.#head.push(...bytes.slice(0, Math.min(count, PRIME_BYTES - this.#sentBytes)));
      if (this.#head.length === PRIME_BYTES) {
        const n = Buffer.from(this.#head).readInt32BE();
        this.#total = n < 0 ? PRIME_BYTES : PRIME_BYTES * (n + 1);
        notes.push(n < 0 ? { is: 'refused', code: n } : { is: 'counted', n });
      }
    }
    this.#sentBytes += count;
    if (this.#stage === 'answer' && this.#sentBytes >= this.#total) this.#stage = 'sum';
    return notes;
  }

  #isRight(sum: bigint): boolean {
    const [a, b] = this.#interval;
    return b - a > WIDEST_CHECKED || sumPrimes(a, b) === sum;
  }
}

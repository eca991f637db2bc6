/**
 * Primes below ten million, sieved by the page itself.
 *
 * Events don't carry the integers that a server sends, only how many bytes. The page knows the interval, so it can name
 * them. A plain sieve is enough: 10^7 takes 40 ms once, and 1.25 MB. The package `sieve` covers all of int32, but its 64 KB
 * of WebAssembly would double the page, and would need a policy that allows compiling code.
 */

/** The page names primes up to this number; beyond it shows positions. */
export const LARGEST = 10_000_000;

/** Odd numbers below this were sieved. */
let sieved = 0;
/** Bit i: 2 i + 1 is composite. */
let composite = new Uint8Array(0);

function sieveUpTo(limit: number): void {
  if (limit < sieved) return;
  const end = Math.min(LARGEST, Math.max(limit, 2 * sieved, 1 << 16)) + 1;
  const bits = new Uint8Array((end >> 4) + 1);
  bits[0] = 1; // 1 is no prime
  for (let factor = 3; factor * factor < end; factor += 2) {
    if ((bits[factor >> 4]! & (1 << ((factor >> 1) & 7))) !== 0) continue;
    for (let multiple = factor * factor; multiple < end; multiple += 2 * factor) {
      bits[multiple >> 4]! |= 1 << ((multiple >> 1) & 7);
    }
  }
  composite = bits;
  sieved = end;
}

function isPrime(candidate: number): boolean {
  if (candidate < 3 || candidate % 2 === 0) return candidate === 2;
  return (composite[candidate >> 4]! & (1 << ((candidate >> 1) & 7))) === 0;
}

/**
 * The primes of one interval by their position. Positions are mostly asked for in order, a few at a time, so each
 * interval remembers the value at every 64th.
 */
export class IntervalPrimes {
  readonly #last: number;
  /** The prime at position 64 i. */
  readonly #marks: number[] = [];
  #marked: number;

  /**
   * @param from - first integer of the interval
   * @param to - last integer of the interval
   */
  constructor(from: number, to: number) {
    this.#last = to;
    this.#marked = Math.max(2, from);
  }

  /** Whether the values can be named. */
  get known(): boolean {
    return this.#last <= LARGEST;
  }

  /**
   * Returns the prime at a position, or `undefined` if there is none or it is too large to be named.
   *
   * @param position - from 0
   */
  at(position: number): number | undefined {
    if (!this.known || position < 0) return undefined;
    sieveUpTo(Math.max(0, this.#last));
    const mark = position >> 6;
    while (this.#marks.length <= mark) {
      const prime = this.#walk(this.#marked, this.#marks.length === 0 ? 0 : 64);
      if (prime === undefined) return undefined;
      this.#marks.push(prime);
      this.#marked = prime;
    }
    return this.#walk(this.#marks[mark]!, position & 63);
  }

  /** The prime that many primes after the first one at or above a number. */
  #walk(from: number, steps: number): number | undefined {
    let left = steps;
    for (let candidate = from; candidate <= this.#last; candidate++) {
      if (isPrime(candidate) && left-- === 0) return candidate;
    }
    return undefined;
  }
}

const intervals = new Map<string, IntervalPrimes>();
/** More intervals than a page shows rows. */
const MOST_INTERVALS = 256;

/** The primes of an interval; the same object for the same interval while it is in use. */
export function primesOf(from: number, to: number): IntervalPrimes {
  const key = `${from} ${to}`;
  let primes = intervals.get(key);
  if (primes === undefined) {
    if (intervals.size >= MOST_INTERVALS) intervals.clear();
    primes = new IntervalPrimes(from, to);
    intervals.set(key, primes);
  }
  return primes;
}

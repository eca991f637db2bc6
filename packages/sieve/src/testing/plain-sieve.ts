/**
 * The sieve of Eratosthenes over all int32 in its plain form, to compare with: a flag for each odd number, no wheel, no
 * rounds, no tables. It shares no code and no idea with the kernel. Takes some seconds and 140 MB.
 */
import { MAX_INT32 } from '../domain.ts';

/** How many numbers are sieved at a time, and how many there are between two entries of the tables. */
const SPAN = 2 ** 20;
const BLOCK = 2 ** 13;

/** All primes below 2^31, one bit for each odd number; 2 is added where it belongs. */
export class PlainSieve {
  /** Bit j of byte i stands for 16 i + 2 j + 1. */
  readonly #bits = new Uint8Array(2 ** 31 / 16);
  /** By block: how many odd primes are below its first number, and their sum. */
  readonly #counts = new Uint32Array(2 ** 31 / BLOCK + 1);
  readonly #sums = new BigUint64Array(2 ** 31 / BLOCK + 1);

  constructor() {
    const primes = oddPrimesUpTo(46_341);
    const flags = new Uint8Array(SPAN / 2);
    for (let start = 0; start < 2 ** 31; start += SPAN) {
      sieveOdd(flags, start, primes);
      if (start === 0) flags[0] = 0;
      this.#pack(flags, start);
    }
  }

  /** How many primes there are below n. */
  countBelow(n: number): number {
    let count = this.#counts[Math.floor(n / BLOCK)]! + Number(n > 2);
    this.#forEachInBlock(n, () => count++);
    return count;
  }

  /** The sum of the primes below n. */
  sumBelow(n: number): bigint {
    let sum = n > 2 ? 2 : 0;
    this.#forEachInBlock(n, (prime) => (sum += prime));
    return this.#sums[Math.floor(n / BLOCK)]! + BigInt(sum);
  }

  /** Whether n, from 0 to 2^31 - 1, is prime. */
  isPrime(n: number): boolean {
    return n % 2 === 0 ? n === 2 : (this.#bits[n >>> 4]! & (1 << ((n >> 1) & 7))) !== 0;
  }

  #forEachInBlock(n: number, visit: (prime: number) => void): void {
    for (let m = Math.floor(n / BLOCK) * BLOCK + 1; m < n; m += 2) if (this.isPrime(m)) visit(m);
  }

  #pack(flags: Uint8Array, start: number): void {
    let count = this.#counts[start / BLOCK]!;
    let total = this.#sums[start / BLOCK]!;
    for (let block = 0; block < SPAN; block += BLOCK) {
      let sum = 0;
      for (let i = block / 2; i < (block + BLOCK) / 2; i++) {
        if (flags[i] === 0) continue;
        const n = start + 2 * i + 1;
        count++;
        sum += n;
        this.#bits[n >>> 4]! |= 1 << (i & 7);
      }
      total += BigInt(sum);
      this.#counts[(start + block) / BLOCK + 1] = count;
      this.#sums[(start + block) / BLOCK + 1] = total;
    }
  }
}

function sieveOdd(flags: Uint8Array, start: number, primes: readonly number[]): void {
  flags.fill(1);
  const length = flags.length;
  for (const prime of primes) {
    const square = prime * prime;
    if (square > Math.min(start + SPAN, MAX_INT32)) break;
    const least = Math.max(square, Math.ceil(start / prime) * prime);
    const odd = least % 2 === 0 ? least + prime : least;
    for (let i = (odd - start - 1) / 2; i < length; i += prime) flags[i] = 0;
  }
}

function oddPrimesUpTo(limit: number): number[] {
  const primes: number[] = [];
  for (let n = 3; n <= limit; n += 2) if (primes.every((prime) => n % prime !== 0)) primes.push(n);
  return primes;
}

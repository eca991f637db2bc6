/** Shared by the tests of this package: primes, bytes, and an answer from an array. */

import type { Answer } from './answer.ts';
import type { ServerSession } from './server-session.ts';
import { encodePrimes, PRIME_BYTES } from './wire.ts';

/** Options of every property: the same cases in each run. */
export const FUZZ = { seed: 65432, numRuns: 200 } as const;

/** The primes of [a, b], by trial division. */
export function primesBetween(a: number, b: number): number[] {
  const primes: number[] = [];
  for (let n = Math.max(a, 2); n <= b; n++) {
    let divisor = 2;
    while (divisor * divisor <= n && n % divisor !== 0) divisor++;
    if (divisor * divisor > n) primes.push(n);
  }
  return primes;
}

export function sumOf(primes: readonly number[]): bigint {
  return primes.reduce((sum, prime) => sum + BigInt(prime), 0n);
}

export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

/** Cuts bytes into chunks of the given sizes, which are repeated. */
export function split(bytes: Uint8Array, sizes: readonly number[]): Uint8Array[] {
  const chunks: Uint8Array[] = [];
  for (let at = 0, i = 0; at < bytes.length; i++) {
    const size = sizes[i % sizes.length]!;
    chunks.push(bytes.subarray(at, at + size));
    at += size;
  }
  return chunks;
}

/** An answer from an array; it counts in several slices and returns 0 from every other `fill`. */
export class ArrayAnswer implements Answer {
  readonly #primes: readonly number[];
  readonly #bytes: Uint8Array;
  readonly #pauses: boolean;
  #worksLeft: number;
  #cursor = 0;
  #paused = true;

  /** @param works - number of slices until N is known; with 0, `fill` never returns 0 early */
  constructor(primes: readonly number[], works: number) {
    this.#primes = primes;
    this.#bytes = encodePrimes(primes);
    this.#worksLeft = works;
    this.#pauses = works > 0;
  }

  get count(): number | undefined {
    return this.#worksLeft > 0 ? undefined : this.#primes.length;
  }

  get sum(): bigint {
    return sumOf(this.#primes.slice(0, Math.floor(this.#cursor / PRIME_BYTES)));
  }

  work(): void {
    this.#worksLeft--;
  }

  fill(target: Uint8Array): number {
    this.#paused = this.#pauses && !this.#paused;
    if (this.#paused) return 0;
    const part = this.#bytes.subarray(this.#cursor, this.#cursor + target.length);
    target.set(part);
    return part.length;
  }

  advance(bytes: number): void {
    this.#cursor += bytes;
  }
}

/** Lets a session write into `maxBytes` bytes, and returns what it wrote: these bytes are in flight. */
export function handOut(session: ServerSession, maxBytes: number): Uint8Array {
  const into = new Uint8Array(maxBytes);
  return into.subarray(0, session.send(into));
}

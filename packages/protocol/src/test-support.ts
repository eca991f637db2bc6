/** Shared by the tests of this package: an answer from an array, and a driver of a server session. */

import type { Answer } from './answer.ts';
import type { ExchangeReport } from './outcomes.ts';
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

/** How {@link serve} drives. */
export interface Wire {
  /** What the client sends. */
  readonly input: readonly Uint8Array[];
  /** Whether the client ends after that; otherwise the driver stops when the session waits for more. */
  readonly end: boolean;
  /** Size of the memory, and the most bytes that the kernel takes, in the nth send. Default: 64 KiB, all. */
  readonly maxBytes?: (n: number) => number;
  readonly taken?: (n: number) => number;
}

/** Lets a session write into `maxBytes` bytes, and returns what it wrote: these bytes are in flight. */
export function handOut(session: ServerSession, maxBytes: number): Uint8Array {
  const into = new Uint8Array(maxBytes);
  return into.subarray(0, session.send(into));
}

/** Drives a server session with a client's bytes; returns its output and its reports. */
export function serve(session: ServerSession, wire: Wire): { output: Uint8Array; reports: ExchangeReport[] } {
  const { end, maxBytes = () => 65536, taken = () => Infinity } = wire;
  const input = [...wire.input];
  const output: number[] = [];
  const reports: ExchangeReport[] = [];
  for (let n = 0; session.next !== 'close'; n++) {
    if (n > 100_000) throw new Error(`cannot serve: the session must end, got ${session.next}`);
    if (session.next === 'work') session.work();
    else if (session.next === 'send') {
      const bytes = handOut(session, maxBytes(n));
      if (bytes.length > 0) {
        const count = Math.min(taken(n), bytes.length);
        output.push(...bytes.subarray(0, count));
        session.sent(count);
      }
    } else {
      const chunk = input.shift();
      if (chunk === undefined && !end) break;
      const rest = chunk?.subarray(session.receive(chunk));
      if (chunk === undefined) session.receive(new Uint8Array(0));
      else if (rest!.length > 0) input.unshift(rest!);
    }
    const report = session.takeReport();
    if (report !== undefined) reports.push(report);
  }
  return { output: Uint8Array.from(output), reports };
}

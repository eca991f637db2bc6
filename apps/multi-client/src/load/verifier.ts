/**
 * Right answers for the load engine: each of its threads imports this module. All share one table of primes, filled before
 * the load begins, so that a thread never sieves while it measures; an answer is then compared, byte by byte, with what
 * the sieve expands from the table.
 */
import type { AnswerVerifier, ExpectedAnswer, VerifierModule } from '@concurrent-primes/client/load';
import { chunkBuffer, countPrimes, PrimeStream, PrimeTable, usePrimeTable } from '@concurrent-primes/sieve';
import { fillPrimeTableByThreads } from '@concurrent-primes/sieve/threads';

/** What a thread needs of the table. */
export interface VerifierOptions {
  readonly table: PrimeTable['buffer'];
}

/**
 * Fills a table, for the `verify` of a plan.
 *
 * @returns when it is filled: a tenth of a second and 72 MB later
 */
export async function prepareVerifier(): Promise<VerifierModule> {
  const table = new PrimeTable();
  await fillPrimeTableByThreads(table);
  const options: VerifierOptions = { table: table.buffer };
  return { module: import.meta.url, options };
}

/**
 * Makes the verifier of one thread.
 *
 * @param options - those of {@link prepareVerifier}
 */
export function createVerifier({ table }: VerifierOptions): AnswerVerifier {
  usePrimeTable(new PrimeTable(table));
  return { begin: (a, b) => new ExpectedPrimes(a, b) };
}

/** The primes of one interval. */
class ExpectedPrimes implements ExpectedAnswer {
  readonly count: number;
  readonly #stream: PrimeStream;

  constructor(a: number, b: number) {
    this.count = countPrimes(a, b);
    this.#stream = new PrimeStream(a, b);
  }

  matches(bytes: Uint8Array): boolean {
    const chunk = chunkBuffer();
    for (let compared = 0; compared < bytes.length;) {
      // 0 when a segment holds no further primes.
      const filled = this.#stream.fill(chunk.subarray(0, bytes.length - compared));
      if (filled === 0 && this.#stream.done) return false;
      if (Buffer.compare(bytes.subarray(compared, compared + filled), chunk.subarray(0, filled)) !== 0) return false;
      this.#stream.advance(filled);
      compared += filled;
    }
    return true;
  }
}

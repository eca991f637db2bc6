/**
 * The verifier that compares answers with our own sieve: each thread of the load engine imports this module.
 *
 * An answer is compared byte by byte with what the sieve expands from its table of primes. The table is shared by all
 * threads and filled before the load begins, so that no thread sieves while it measures.
 */
import { countPrimes, PrimeStream, PrimeTable, usePrimeTable } from '@concurrent-primes/sieve';
import { fillPrimeTableByThreads } from '@concurrent-primes/sieve/threads';
import type { AnswerVerifier, ExpectedAnswer, VerifierModule } from './answer-verifier.ts';

/** What the threads share. */
export interface PrimeVerifierOptions {
  readonly table: PrimeTable['buffer'];
}

/** Without a shared table: each thread fills a table of its own as it compares. Nothing to prepare. */
export const LAZY_VERIFIER: VerifierModule = { module: import.meta.url, options: undefined };

/**
 * Fills a table, for the `verify` of a plan. It takes about 0.1 s and 72 MB.
 *
 * @returns the module and the table, for the plan
 */
export async function prepareVerifier(): Promise<VerifierModule> {
  const table = new PrimeTable();
  await fillPrimeTableByThreads(table);
  const options: PrimeVerifierOptions = { table: table.buffer };
  return { module: import.meta.url, options };
}

/**
 * Makes the verifier of one thread.
 *
 * @param options - from {@link prepareVerifier}; undefined for a table of its own
 */
export function createVerifier(options?: PrimeVerifierOptions): AnswerVerifier {
  usePrimeTable(options === undefined ? new PrimeTable() : new PrimeTable(options.table));
  return { begin: expectAnswer };
}

/**
 * Gives the right answer to one request.
 *
 * @param a - lower bound, int32
 * @param b - upper bound, int32
 */
export function expectAnswer(a: number, b: number): ExpectedAnswer {
  const stream = new PrimeStream(a, b);
  return { count: countPrimes(a, b), matches: (bytes) => stream.matches(bytes) };
}

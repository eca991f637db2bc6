/**
 * Right answers for the load engine: each of its threads imports this module. All share one table of primes, filled
 * before the load begins, so that a thread never sieves while it measures; an answer is then compared, byte by byte,
 * with what the sieve expands from the table.
 */
import type { AnswerVerifier, ExpectedAnswer, VerifierModule } from '@concurrent-primes/load';
import { countPrimes, PrimeStream, PrimeTable, usePrimeTable } from '@concurrent-primes/sieve';
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
  return { begin: expectedPrimes };
}

function expectedPrimes(a: number, b: number): ExpectedAnswer {
  const stream = new PrimeStream(a, b);
  return { count: countPrimes(a, b), matches: (bytes) => stream.matches(bytes) };
}

/** Knows the right answers: loaded by each thread of the load engine, by this module's URL. */
import type { AnswerVerifier, ExpectedAnswer } from '@concurrent-primes/load';
import { countPrimes, PrimeStream, PrimeTable, usePrimeTable } from '@concurrent-primes/sieve';

/** Makes the verifier of a thread: a table of its own, so that an interval is sieved once however often it is asked for. */
export function createVerifier(): AnswerVerifier {
  usePrimeTable(new PrimeTable());
  return { begin: expectedPrimes };
}

function expectedPrimes(a: number, b: number): ExpectedAnswer {
  const stream = new PrimeStream(a, b);
  return { count: countPrimes(a, b), matches: (bytes) => stream.matches(bytes) };
}

/**
 * Adds up all primes up to LIMIT as JavaScript numbers, listed by one of several packages, each in the fastest way that
 * its documentation shows. It is the first work of a new process, as in `first-job.ts`.
 *
 * Usage: list LIMIT COUNT PACKAGE, where COUNT is the number of primes, which prime-lib needs
 */
import { drainStream, printOutcome, sumOfInt32 } from './job-tools.ts';

const LISTERS: Readonly<Record<string, (limit: number, count: number) => Promise<number>>> = {
  sieve: async (limit) => {
    const { chunkBuffer, PrimeStream } = await import('@concurrent-primes/sieve');
    let sum = 0;
    drainStream(new PrimeStream(0, limit), chunkBuffer(), (bytes) => {
      sum += sumOfInt32(bytes);
    });
    return sum;
  },
  'prime-lib': async (_, count) => {
    const { generatePrimes } = await import('prime-lib');
    let sum = 0;
    for (const prime of generatePrimes({ boost: count })) sum += prime;
    return sum;
  },
  primesieve: async (limit) => {
    const { default: primesieve } = await import('primesieve');
    // Its default limit is lower, and it needs some room above.
    primesieve.raiseLimit(limit + 1000);
    return sumOf(primesieve.primeRange(0, limit));
  },
  'sieve-of-eratosthenes': async (limit) => {
    const { default: sieve } = await import('sieve-of-eratosthenes');
    // It lists the primes below its argument.
    return sumOf(sieve(limit + 1));
  },
};

const [limit, count, name = ''] = process.argv.slice(2);
const list = LISTERS[name];
if (list === undefined) {
  throw new RangeError(`cannot list: PACKAGE must be one of ${Object.keys(LISTERS).join(', ')}, got ${name}`);
}
const beganMs = performance.now();
const sum = await list(Number(limit), Number(count));
printOutcome(performance.now() - beganMs, sum);

function sumOf(primes: readonly number[]): number {
  let sum = 0;
  for (const prime of primes) sum += prime;
  return sum;
}

/**
 * Every prime up to LIMIT as a number, added up in JavaScript, by one of several packages: each in the fastest way that
 * its documentation shows. The first work of a new process, as in `first.ts`.
 *
 * Usage: list LIMIT COUNT PACKAGE (COUNT is how many primes there are: prime-lib wants to know)
 */
import { printOutcome, sumOfInt32 } from './job.ts';

const LISTERS: Readonly<Record<string, (limit: number, count: number) => Promise<number>>> = {
  sieve: async (limit) => {
    const { chunkBuffer, PrimeStream } = await import('@concurrent-primes/sieve');
    const chunk = chunkBuffer();
    let sum = 0;
    for (const stream = new PrimeStream(0, limit); !stream.done;) {
      const filled = stream.fill(chunk);
      sum += sumOfInt32(chunk.subarray(0, filled));
      stream.advance(filled);
    }
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
    // Its own limit is lower; a little room above is wanted.
    primesieve.raiseLimit(limit + 1000);
    return sumOf(primesieve.primeRange(0, limit));
  },
  'sieve-of-eratosthenes': async (limit) => {
    const { default: sieve } = await import('sieve-of-eratosthenes');
    // It lists what is below its argument.
    return sumOf(sieve(limit + 1));
  },
};

const [limit, count, name = ''] = process.argv.slice(2);
const list = LISTERS[name];
if (list === undefined)
  throw new RangeError(`PACKAGE must be one of ${Object.keys(LISTERS).join(', ')}, received ${name}`);
const beganMs = performance.now();
const sum = await list(Number(limit), Number(count));
printOutcome(performance.now() - beganMs, sum);

function sumOf(primes: readonly number[]): number {
  let sum = 0;
  for (const prime of primes) sum += prime;
  return sum;
}

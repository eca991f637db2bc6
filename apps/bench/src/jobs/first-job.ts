/**
 * The primes of [0, LIMIT] as chunks, as the first work of a new process: the time includes loading the package,
 * compiling, making tables, and running code that isn't optimized yet, but not the start of Node.
 *
 * Usage: first LIMIT
 */
import { describeStream, drainStream, numberArguments, printOutcome } from './job-tools.ts';

const [limit = 0] = numberArguments();
const beganMs = performance.now();
const { chunkBuffer, PrimeStream } = await import('@concurrent-primes/sieve');
const chunk = chunkBuffer();
drainStream(new PrimeStream(0, limit), chunk);
const elapsedMs = performance.now() - beganMs;
printOutcome(elapsedMs, describeStream(new PrimeStream(0, limit), chunk));

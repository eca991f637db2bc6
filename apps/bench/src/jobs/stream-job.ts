/**
 * The primes of [0, LIMIT] as big-endian int32 in chunks of 64 KB: sieved in the measured time, or from a table that is
 * filled before. A last pass, not timed, adds up the primes.
 *
 * Usage: stream LIMIT PASSES TABLE, where TABLE is 0 or 1
 */
import { chunkBuffer, fillPrimeTable, PrimeStream, PrimeTable, usePrimeTable } from '@concurrent-primes/sieve';
import { describeStream, drainStream, leastMsOf, numberArguments, printOutcome } from './job-tools.ts';

const [limit = 0, passes = 1, withTable = 0] = numberArguments();
if (withTable === 1) {
  const table = new PrimeTable();
  fillPrimeTable(table);
  usePrimeTable(table);
}

const chunk = chunkBuffer();
const elapsedMs = leastMsOf(passes, () => {
  drainStream(new PrimeStream(0, limit), chunk);
});
printOutcome(elapsedMs, describeStream(new PrimeStream(0, limit), chunk));

/**
 * The primes of [0, LIMIT] as big-endian int32 in chunks of 64 KB: from nothing, or from a table that is filled before
 * the clock runs. A last pass, not timed, adds up the chunks' bytes.
 *
 * Usage: stream LIMIT PASSES TABLE(0 or 1)
 */
import { chunkBuffer, fillPrimeTable, PrimeStream, PrimeTable, usePrimeTable } from '@concurrent-primes/sieve';
import { leastMsOf, numberArguments, printOutcome, sumOfInt32 } from './job.ts';

const [limit = 0, passes = 1, withTable = 0] = numberArguments();
if (withTable === 1) {
  const table = new PrimeTable();
  fillPrimeTable(table);
  usePrimeTable(table);
}

const chunk = chunkBuffer();
const elapsedMs = leastMsOf(passes, () => {
  stream(() => undefined);
});

let [count, sum] = [0, 0n];
stream((bytes) => {
  count += bytes.length / 4;
  sum += BigInt(sumOfInt32(bytes));
});
printOutcome(elapsedMs, `${count} primes, sum ${sum}`);

function stream(use: (bytes: Uint8Array) => void): void {
  const primes = new PrimeStream(0, limit);
  while (!primes.done) {
    const filled = primes.fill(chunk);
    use(chunk.subarray(0, filled));
    primes.advance(filled);
  }
}

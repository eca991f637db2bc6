/**
 * Comparing results with known values, which other programs have computed.
 *
 * Sources: π(10^k) https://oeis.org/A006880, sums https://oeis.org/A046731, the 10^k-th prime
 * https://oeis.org/A006988.
 */
import {
  countPrimes,
  MAX_INT32,
  nthPrime,
  primeBytes,
  PRIMES_IN_INT32,
  sumInt32BE,
  sumPrimes,
} from '@concurrent-primes/sieve';

/** One comparison. */
export interface Check {
  readonly what: string;
  readonly expected: bigint;
  readonly actual: bigint;
}

const COUNTS = [4, 25, 168, 1229, 9592, 78_498, 664_579, 5_761_455, 50_847_534];
const SUMS = [
  17n,
  1060n,
  76_127n,
  5_736_396n,
  454_396_537n,
  37_550_402_023n,
  3_203_324_994_356n,
  279_209_790_387_276n,
  24_739_512_092_254_535n,
];
const NTH_PRIMES = [2, 29, 541, 7919, 104_729, 1_299_709, 15_485_863, 179_424_673, 2_038_074_743];
/** The sum of all primes of int32. */
const SUM_OF_INT32 = 109_930_816_131_860_852n;

/** Compares results with known values, except those that need numbers above `greatest`. */
export function* selfTest(greatest = MAX_INT32): Generator<Check, void, undefined> {
  for (const [i, count] of COUNTS.entries()) {
    const to = 10 ** (i + 1);
    if (to > greatest) break;
    yield { what: `primes to 10^${i + 1}`, expected: BigInt(count), actual: BigInt(countPrimes(0, to)) };
    yield { what: `their sum`, expected: SUMS[i]!, actual: sumPrimes(0, to) };
  }
  for (const [i, prime] of NTH_PRIMES.entries()) {
    if (prime > greatest) break;
    yield { what: `10^${i}-th prime`, expected: BigInt(prime), actual: BigInt(nthPrime(10 ** i)) };
  }
  if (greatest < MAX_INT32) return;
  const listed = sumOfList(0, MAX_INT32);
  yield { what: 'primes listed to 2^31-1', expected: BigInt(PRIMES_IN_INT32), actual: listed.count };
  yield { what: 'the sum of that list', expected: SUM_OF_INT32, actual: listed.sum };
}

/** Formats a comparison as a line. */
export function renderCheck({ what, expected, actual }: Check): string {
  const verdict = actual === expected ? 'ok    ' : 'FAILED';
  return `${verdict} ${what}: ${actual}${actual === expected ? '' : `, must be ${expected}`}\n`;
}

/** Lists the primes as bytes and sums these, without counting or summing bits. */
function sumOfList(a: number, b: number): { count: bigint; sum: bigint } {
  let [count, sum] = [0n, 0n];
  for (const bytes of primeBytes(a, b)) {
    sum += sumInt32BE(bytes);
    count += BigInt(bytes.length / 4);
  }
  return { count, sum };
}

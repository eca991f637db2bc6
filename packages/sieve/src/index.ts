export { MAX_INT32, MIN_INT32, PRIMES_IN_INT32 } from './domain.ts';
export { countPrimes, PrimeCounter } from './count.ts';
export { isPrime } from './is-prime.ts';
export { nthPrime } from './nth-prime.ts';
export { primes } from './primes.ts';
export { SEGMENT_BYTES, SEGMENT_SPAN } from './segment.ts';
export { PrimeStream } from './stream.ts';
export { sumPrimes } from './sum.ts';

import { encodePrimes } from '@concurrent-primes/protocol';
import type { AnswerVerifier } from '../types.ts';
import { smallPrimes } from './prime-bytes.ts';

/** A verifier that knows the primes below 100; with `options.without` it denies one. */
export function createVerifier(options?: { readonly without?: number }): AnswerVerifier {
  return {
    begin(a, b) {
      const primes = smallPrimes(a, b).filter((prime) => prime !== options?.without);
      const bytes = encodePrimes(primes);
      let cursor = 0;
      return {
        count: primes.length,
        matches: (part) => Buffer.compare(part, bytes.subarray(cursor, (cursor += part.length))) === 0,
      };
    },
  };
}

import { int32Bytes } from '@concurrent-primes/fixtures';
import type { AnswerVerifier } from '../answer-verifier.ts';
import { smallPrimes } from './small-primes.ts';

/** A verifier that knows the primes below 100; `options.without` removes one of them. */
export function createVerifier(options?: { readonly without?: number }): AnswerVerifier {
  return {
    begin(a, b) {
      const primes = smallPrimes(a, b).filter((prime) => prime !== options?.without);
      const bytes = int32Bytes(primes);
      let cursor = 0;
      return {
        count: primes.length,
        matches: (part) => Buffer.compare(part, bytes.subarray(cursor, (cursor += part.length))) === 0,
      };
    },
  };
}

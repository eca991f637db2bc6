import type { PrimeAnswer } from '../prime-answer.ts';

/**
 * Loops over an answer.
 * @param into - collects the primes; what came before an error stays in it
 * @returns `into`
 */
export async function listOf(answer: PrimeAnswer, into: number[] = []): Promise<number[]> {
  for await (const chunk of answer) into.push(...chunk);
  return into;
}

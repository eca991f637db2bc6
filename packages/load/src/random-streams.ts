/**
 * Random numbers that are the same in every run with the same seed, in any number of threads.
 *
 * Each client has a stream of its own, and so has the schedule of an open loop. Stream i is xoroshiro128+ advanced by
 * (i + 1) 2^64 numbers (`jump`), so streams never overlap, and what a client draws does not depend on other clients.
 */
import type { JumpableRandomGenerator } from 'pure-rand/types/JumpableRandomGenerator';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/**
 * Makes random streams.
 *
 * @param seed - uint32
 * @param numbers - of the streams, ascending integers from 0
 */
export function randomStreams(seed: number, numbers: readonly number[]): JumpableRandomGenerator[] {
  const generator = xoroshiro128plus(seed);
  let jumps = 0;
  return numbers.map((number) => {
    for (; jumps <= number; jumps++) generator.jump();
    return generator.clone();
  });
}

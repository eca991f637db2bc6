/** Random numbers that are the same for the same seed on every machine, so that a run can be repeated. */
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** Draws an integer from `least` to `greatest`, both included. */
export type Random = (least: number, greatest: number) => number;

/**
 * Makes a sequence for one case, which doesn't depend on the cases that run before it.
 * @param seed - uint32, seed of the whole run
 * @param name - name of the case
 */
export function randomFor(seed: number, name: string): Random {
  // FNV-1a over the name, starting from the seed. http://www.isthe.com/chongo/tech/comp/fnv/
  let hash = 0x811c9dc5 ^ seed;
  for (const byte of Buffer.from(name)) hash = Math.imul(hash ^ byte, 0x01000193);
  const generator = xoroshiro128plus(hash);
  return (least, greatest) => uniformInt(generator, least, greatest);
}

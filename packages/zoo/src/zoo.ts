/**
 * The zoo of misbehaving clients: everything a server meets on an open port, one implementation each. None of them is a
 * server's error: each leaves a known trace in a right server's tally and nothing else.
 */
import type { ZooMember } from './member.ts';
import { MISBEHAVING } from './misbehaving.ts';
import { VANISHING } from './vanishing.ts';

/** All members. */
export const ZOO: readonly ZooMember[] = [...MISBEHAVING, ...VANISHING];

const BY_NAME: ReadonlyMap<string, ZooMember> = new Map(ZOO.map((member) => [member.name, member]));

/**
 * Finds a member.
 *
 * @param name - such as `slow-reader`
 * @throws RangeError if nobody has that name; its message lists those that have one of a word
 * @example
 * ```ts
 * import { memberNamed, NOTHING } from '@concurrent-primes/zoo';
 *
 * const slowWriter = memberNamed('slow-writer');
 * console.log(slowWriter.does); // prints sends its request a byte at a time, slowly, then behaves
 * const script = slowWriter.script({ interval: [0, 10], pauseMs: 20 });
 * console.log(script.next(NOTHING).value); // prints { do: 'send', bytes: Uint8Array(1) [ 0 ] }
 * console.log(script.next(NOTHING).value); // prints { do: 'pause', pauseMs: 20 }
 * ```
 */
export function memberNamed(name: string): ZooMember {
  const found = BY_NAME.get(name);
  if (found !== undefined) return found;
  const names = MISBEHAVING.map((member) => member.name).join(', ');
  throw new RangeError(`cannot find a misbehaving client: its name must be one of ${names}, got '${name}'`);
}

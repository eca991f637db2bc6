/** All checks, in the order in which they run: from what everything rests on to what may leave a server in pieces. */
import type { Check } from './check.ts';
import { CONCURRENCY_CHECKS } from './checks/concurrency.ts';
import { CONVERSATION_CHECKS } from './checks/conversation.ts';
import { INTERVAL_CHECKS } from './checks/intervals.ts';
import { LARGE_CHECKS } from './checks/large.ts';
import { LIMIT_CHECKS } from './checks/limits.ts';
import { STREAM_CHECKS } from './checks/stream.ts';
import { LARGE_ZOO_CHECKS, ZOO_CHECKS } from './checks/zoo.ts';

/** What a right server does. */
export const CHECKS: readonly Check[] = [
  ...CONVERSATION_CHECKS,
  ...INTERVAL_CHECKS,
  ...STREAM_CHECKS,
  ...CONCURRENCY_CHECKS,
  ...ZOO_CHECKS,
  ...LIMIT_CHECKS,
  ...LARGE_CHECKS,
  ...LARGE_ZOO_CHECKS,
];

/**
 * Chooses checks by name.
 *
 * @param names - of checks or groups; a name that ends in `*` means all that begin so; none: all checks
 * @throws RangeError when a name fits nothing
 */
export function selectChecks(names: readonly string[]): readonly Check[] {
  if (names.length === 0) return CHECKS;
  const fits = (name: string, check: Check): boolean =>
    name === check.name || name === check.group || (name.endsWith('*') && check.name.startsWith(name.slice(0, -1)));
  for (const name of names) {
    if (!CHECKS.some((check) => fits(name, check))) {
      throw new RangeError(`cannot choose checks: needs the name of a check or a group (see --list), got '${name}'`);
    }
  }
  return CHECKS.filter((check) => names.some((name) => fits(name, check)));
}

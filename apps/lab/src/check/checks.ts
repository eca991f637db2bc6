/** The checks: every case of `conformance`, with the options that rule it out and a diagnosis for each failure. */
import { CaseFailure, CONFORMANCE_CASES, type ConformanceCase } from '@concurrent-primes/conformance';
import type { Check, CheckSettings } from './check.ts';
import { diagnose } from './diagnosis/diagnose.ts';

/** All checks, in the order in which they run. */
export const CHECKS: readonly Check[] = CONFORMANCE_CASES.map((each) => ({
  name: each.name,
  group: each.topic,
  title: each.title,
  needs: each.needs,
  unless: (settings) => ruledOut(each, settings),
  ...(each.timeFactor !== undefined && { timeFactor: each.timeFactor }),
  async run(context) {
    try {
      await each.run(context);
    } catch (error) {
      throw error instanceof CaseFailure ? diagnose(error) : error;
    }
  },
}));

/**
 * Chooses checks by name.
 *
 * @param names - names of checks or groups; a name that ends in `*` means all names with that beginning; none: all checks
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

/** The option that rules a case out, such as `with --no-sum`. */
function ruledOut(each: ConformanceCase, { sum, full, maxWidth }: CheckSettings): string | undefined {
  if (each.needsSum && !sum) return 'with --no-sum';
  if (each.isHuge && !full) return 'without --full';
  const [a, b] = each.widest ?? [0, 0];
  return maxWidth !== undefined && b - a + 1 > maxWidth ? `with --max-width ${maxWidth}` : undefined;
}

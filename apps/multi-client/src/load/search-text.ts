/** The result of a search as text: the curve of latency against rate, its knee, and the verdict. */
import { formatDigits, formatLatency, joinBlocks } from '@concurrent-primes/harness/terminal';
import { type Condition, errorCount, type LoadPlan, type MaxRate, type Trial } from '@concurrent-primes/load';
import { describePlan } from './plan-text.ts';
import { label, measuredText, row } from './report-layout.ts';

/** The longest bar. */
const BAR_COLUMNS = 14;

/**
 * Writes the result of a search.
 *
 * @param found - see {@link MaxRate}
 * @param plan - that was run at each rate
 * @param goal - the condition that had to hold
 * @param isVerified - whether answers were compared with the sieve
 * @param isInterrupted - whether the user interrupted the search
 * @returns lines of text, each with its line end
 */
export function renderSearch(
  { best, curve: trials, knee }: MaxRate,
  plan: LoadPlan,
  goal: Condition,
  isVerified: boolean,
  isInterrupted: boolean,
): string {
  const facts = describePlan(plan, isVerified).map(([heading, text]) => {
    return heading === 'load' ? `${label('goal')}${goal.text}, at the highest rate` : label(heading) + text;
  });
  const longestMs = Math.max(...trials.map(({ result }) => result.latency.done.p99Ms));
  const curve = trials.map((trial) => curveLine(trial, trial.rate === knee, longestMs));
  const verdict =
    best === undefined ? `no rate holds ${goal.text}` : `${formatDigits(best)} requests/s hold ${goal.text}`;
  const remarks =
    best === undefined ? trials.slice(0, 1).map((lowest) => lowestRemark(lowest, goal)) : kneeRemark(knee);
  const heading = `${row('    rate', ['reached', 'p50', 'p99'])}  good`;
  return joinBlocks([
    facts,
    [heading, ...curve],
    [
      `${label('found')}${isInterrupted ? interruptedText(best, goal) : verdict}`,
      ...remarks.map((line) => label('') + line),
    ],
  ]);
}

function kneeRemark(knee: number | undefined): string[] {
  return knee === undefined ? [] : [`beyond ${formatDigits(knee)} requests/s latency grows faster than rate`];
}

/** Why not even the lowest rate was good. */
function lowestRemark({ rate, result }: Trial, goal: Condition): string {
  const reached = formatDigits(result.requestsPerSecond);
  const failed = `${reached} reached, ${errorCount(result)} failed`;
  return `the lowest rate tried, ${formatDigits(rate)}: got ${measuredText(goal, result)}, ${failed}`;
}

function curveLine({ rate, good, result }: Trial, isKnee: boolean, longestMs: number): string {
  const { p50Ms, p99Ms } = result.latency.done;
  const cells = [formatDigits(result.requestsPerSecond), formatLatency(p50Ms), formatLatency(p99Ms)];
  const bar = '#'.repeat(Math.max(1, Math.round((p99Ms / longestMs) * BAR_COLUMNS)));
  const marks = `${good ? 'yes' : 'no '}  ${bar}${isKnee ? ' < knee' : ''}`;
  return `${row(formatDigits(rate).padStart(8), cells)}  ${marks}`;
}

function interruptedText(best: number | undefined, { text }: Condition): string {
  if (best === undefined) return `interrupted before any rate held ${text}`;
  return `interrupted: ${formatDigits(best)} requests/s hold ${text}, and maybe more`;
}

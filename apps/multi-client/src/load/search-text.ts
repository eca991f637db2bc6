/** What a search found, as text: the curve of latency against rate, its knee, and the verdict. */
import { type Condition, errorCount, type LoadPlan, type MaxRate, type Trial } from '@concurrent-primes/load';
import { describePlan } from './describe.ts';
import { digits, formatLatency, gotText } from './format.ts';
import { joinBlocks, label, row } from './layout.ts';

/** The longest bar. */
const BAR_COLUMNS = 14;

/**
 * Writes what a search found.
 *
 * @param found - see {@link MaxRate}
 * @param plan - what was run, at one rate after the other
 * @param goal - what had to hold
 * @param isVerified - whether answers were compared
 * @param isInterrupted - whether the user ended it before it was over
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
  const verdict = best === undefined ? `no rate holds ${goal.text}` : `${digits(best)} requests/s hold ${goal.text}`;
  const remarks =
    best === undefined ? trials.slice(0, 1).map((lowest) => lowestRemark(lowest, goal)) : kneeRemark(knee);
  const heading = `${row('rate', ['reached', 'p50', 'p99']).replace('rate    ', '    rate')}  good`;
  return joinBlocks([
    facts,
    [heading, ...curve],
    [
      `${label('found')}${isInterrupted ? interrupted(best, goal) : verdict}`,
      ...remarks.map((line) => label('') + line),
    ],
  ]);
}

function kneeRemark(knee: number | undefined): string[] {
  return knee === undefined ? [] : [`beyond ${digits(knee)} requests/s latency grows faster than rate`];
}

/** Why not even that one was good. */
function lowestRemark({ rate, result }: Trial, goal: Condition): string {
  const reached = digits(result.requestsPerSecond);
  return `the lowest rate tried, ${digits(rate)}: got ${gotText(goal, result)}, ${reached} reached, ${errorCount(result)} failed`;
}

function curveLine({ rate, good, result }: Trial, isKnee: boolean, longestMs: number): string {
  const { p50Ms, p99Ms } = result.latency.done;
  const cells = [digits(result.requestsPerSecond), formatLatency(p50Ms), formatLatency(p99Ms)];
  const bar = '#'.repeat(Math.max(1, Math.round((p99Ms / longestMs) * BAR_COLUMNS)));
  const marks = `${good ? 'yes' : 'no '}  ${bar}${isKnee ? ' < knee' : ''}`;
  return `${row(digits(rate).padStart(8), cells)}  ${marks}`;
}

/** What is known of a search that was not over. */
function interrupted(best: number | undefined, { text }: Condition): string {
  if (best === undefined) return `interrupted before any rate held ${text}`;
  return `interrupted: ${digits(best)} requests/s hold ${text}, and maybe more`;
}

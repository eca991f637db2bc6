/** The results of a run and of a search as text, for a terminal of 80 columns. */
import {
  formatDigits,
  formatLatency,
  formatSeconds,
  formatShare,
  joinBlocks,
} from '@concurrent-primes/harness/terminal';
import {
  type Condition,
  ERROR_KINDS,
  errorCount,
  holds,
  type LatencyPart,
  type LoadPlan,
  type LoadResult,
  type MaxRate,
  measure,
  type Summary,
  synRetries,
  type Trial,
} from '@concurrent-primes/load';
import { describePlan } from './plan-text.ts';

const LATENCY_COLUMNS: readonly (readonly [heading: string, statistic: keyof Summary])[] = [
  ['p50', 'p50Ms'],
  ['p90', 'p90Ms'],
  ['p99', 'p99Ms'],
  ['p99.9', 'p999Ms'],
  ['p99.99', 'p9999Ms'],
  ['max', 'maxMs'],
];

const LABEL_COLUMNS = 12;
const CELL_COLUMNS = 10;

/** The longest name of the zoo has 28 characters. */
const NAME_COLUMNS = 30;

/** The longest bar of a curve. */
const BAR_COLUMNS = 14;

/** Some requests always end just after the measured time; a smaller share is not mentioned. */
const MENTIONED_SHARE = 0.01;

/** A client that is busier than this may limit the rate. */
const CLIENT_LIMIT = 0.9;

/** Writes the result of a run, with the verdict on each threshold. */
export function renderText(result: LoadResult, isVerified: boolean, failIf: readonly Condition[]): string {
  return joinBlocks([
    describePlan(result.plan, isVerified).map(([heading, text]) => label(heading) + text),
    totals(result),
    latencies(result),
    errors(result),
    misbehaving(result),
    remarks(result),
    thresholds(result, failIf),
  ]);
}

function totals(result: LoadResult): string[] {
  const { requests, unfinished, resent, requestsPerSecond, bytes, elapsedMs, interrupted } = result;
  const megabytes = bytes / 1e6 / (elapsedMs / 1000 || Infinity);
  const lines = [
    `${label('requests')}${requests} in ${formatSeconds(elapsedMs)}${interrupted ? ', interrupted' : ''}: ` +
      `${formatDigits(requestsPerSecond)} requests/s, ${formatDigits(megabytes)} MB/s`,
    `${label('failed')}${errorCount(result)}`,
  ];
  const inTime = Math.round((requestsPerSecond * elapsedMs) / 1000);
  if (requests - inTime > requests * MENTIONED_SHARE) {
    lines.push(`${label('late')}${requests - inTime} ended after the measured time and do not count in the rate`);
  }
  if (unfinished > 0) lines.push(`${label('unfinished')}${unfinished}, counted with the time they had waited`);
  if (resent > 0) lines.push(`${label('resent')}${resent}, whose kept connection had been closed between two answers`);
  return lines;
}

function latencies({ latency, plan }: LoadResult): string[] {
  const rows: [string, LatencyPart][] = [
    ['connect', 'connect'],
    ['N', 'count'],
    ['last prime', 'lastPrime'],
    ['done', 'done'],
  ];
  // In a closed loop a request is due when it begins.
  if (plan.model.kind === 'open') rows.push(['uncorrected', 'uncorrected']);
  const heading = LATENCY_COLUMNS.map(([column]) => column);
  return [
    row('latency', heading),
    ...rows.map(([name, part]) => {
      const { [part]: summary } = latency;
      return row(
        name,
        LATENCY_COLUMNS.map(([, statistic]) => (summary.count === 0 ? '-' : formatLatency(summary[statistic]))),
      );
    }),
  ];
}

function errors({ errors: counts, requests, plan }: LoadResult): string[] {
  const lines = Object.entries(counts)
    .toSorted(([, one], [, other]) => other - one)
    .map(([kind, count]) => `${row('', [String(count)], 0)}  ${kind}: ${meaningOf(kind)}`);
  if (lines.length === 0) return [];
  const isSuspicious = requests === 0 && counts['wrong-count'] !== undefined && !plan.greeting;
  return [
    'failures',
    ...lines,
    ...(isSuspicious ? ['No N was right: if the server sends a greeting, try --greeting.'] : []),
  ];
}

function meaningOf(kind: string): string {
  return (ERROR_KINDS as Readonly<Record<string, string>>)[kind] ?? '';
}

function misbehaving({ misbehaving: byName }: LoadResult): string[] {
  const lines = Object.entries(byName).map(([name, { clients, visits, errors: failed }]) =>
    row(name, [String(clients), String(visits), String(failed)], NAME_COLUMNS),
  );
  if (lines.length === 0) return [];
  return [
    row('misbehaving', ['clients', 'visits', 'failed'], NAME_COLUMNS),
    ...lines,
    'Their visits count nowhere else.',
  ];
}

function remarks({ client, requests, perClient, plan, histograms }: LoadResult): string[] {
  const lines: string[] = [];
  const retries = synRetries(histograms.connect);
  if (retries > 0) {
    lines.push(`${label('connect')}${retries} waited a second or more until their SYN was sent again:`);
    lines.push(`${label('')}the server's queue of new connections was full, or a network lost it`);
  }
  if (perClient.length > 1 && requests > 0 && plan.ramp === undefined) {
    const [least, most] = [Math.min(...perClient), Math.max(...perClient)];
    lines.push(
      `${label('fairness')}each client was served ${least} to ${most} times (Jain's index ${jain(perClient)})`,
    );
  }
  const cost = requests === 0 ? '' : `, ${formatLatency(client.cpuMs / requests)} of CPU a request`;
  lines.push(`${label('this client')}${formatShare(client.busy)} busy${cost}`);
  if (client.busy >= CLIENT_LIMIT) lines.push(`${label('')}it may be the limit: compare with more --workers`);
  if (plan.model.kind === 'open') lines.push(`${label('')}began requests up to ${formatLatency(client.lateMs)} late`);
  return lines;
}

/** Jain's fairness index: 1 if all are equal, 1/n if one has everything (R. Jain, D. Chiu, W. Hawe, 1984). */
function jain(shares: readonly number[]): string {
  const sum = shares.reduce((total, share) => total + share, 0);
  const squares = shares.reduce((total, share) => total + share * share, 0);
  return squares === 0 ? '-' : (sum ** 2 / (shares.length * squares)).toFixed(3);
}

function thresholds(result: LoadResult, failIf: readonly Condition[]): string[] {
  return failIf.map((condition) => {
    const verdict = holds(condition, result) ? 'FAILED' : 'passed';
    return `${label(verdict)}fail if ${condition.text}: got ${measuredText(condition, result)}`;
  });
}

/** Writes the result of a search: the curve of latency against rate, its knee, and the verdict. */
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

/** A heading, padded so that all texts begin in the same column. */
function label(text: string): string {
  return text.padEnd(LABEL_COLUMNS);
}

/** A line of a table: a heading and right-aligned cells. */
function row(heading: string, cells: readonly string[], headingColumns = LABEL_COLUMNS): string {
  return heading.padEnd(headingColumns) + cells.map((text) => text.padStart(CELL_COLUMNS)).join('');
}

/** The measured value of a condition's metric: `6.75 ms`, `2.24 %`, `500`. */
function measuredText({ metric }: Condition, result: LoadResult): string {
  const measured = measure(metric, result);
  if (metric.kind === 'latency') return formatLatency(measured);
  return `${formatDigits(measured)}${metric.kind !== 'rate' && metric.of === 'percent' ? ' %' : ''}`;
}

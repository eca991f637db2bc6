/** A result as text, for a terminal of 80 columns. */
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
  type LoadResult,
  type Summary,
  synRetries,
} from '@concurrent-primes/load';
import { describePlan } from './plan-text.ts';
import { label, measuredText, row } from './report-layout.ts';

const LATENCY_COLUMNS: readonly (readonly [heading: string, statistic: keyof Summary])[] = [
  ['p50', 'p50Ms'],
  ['p90', 'p90Ms'],
  ['p99', 'p99Ms'],
  ['p99.9', 'p999Ms'],
  ['p99.99', 'p9999Ms'],
  ['max', 'maxMs'],
];

/** The longest name of the zoo has 28 characters. */
const NAME_COLUMNS = 30;

/** Some requests always end just after the measured time; a smaller share is not mentioned. */
const MENTIONED_SHARE = 0.01;

/** A client that is busier than this may limit the rate. */
const CLIENT_LIMIT = 0.9;

/**
 * Writes a result.
 *
 * @param result - of a run
 * @param isVerified - whether answers were compared with the sieve
 * @param failIf - thresholds
 * @returns lines of text, each with its line end
 */
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
  const { requests, unfinished, requestsPerSecond, bytes, elapsedMs, interrupted } = result;
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

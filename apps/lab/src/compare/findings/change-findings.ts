/** Changes between two results: the same server before and after. */
import type { Facts, ServerFacts } from '../metrics/facts.ts';
import { watchedGroup } from '../metrics/facts.ts';
import { type Metric, GROUP_METRICS, SERVER_METRICS } from '../metrics/metric.ts';
import * as format from '../sentence-format.ts';
import { isClearlyAbove, type Summary, ratioOf } from '@concurrent-primes/harness';
import { type Finding, rangeText } from './finding.ts';

/** One metric of a server, before and after. */
interface Pair {
  readonly metric: Omit<Metric<never>, 'of'>;
  readonly before: Summary;
  readonly after: Summary;
}

/** A metric that differs by more than the noise. */
interface Change {
  readonly isBetter: boolean;
  readonly line: string;
}

const GROUP_NAMES = ['rate', 'throughput', 'p50', 'p99', 'fairness', 'failed'] as const;
const SERVER_NAMES = ['cpuPerRequest', 'cpuPerMegabyte', 'memory'] as const;

/** One finding for each server: what got better, and what got worse. */
export function changes({ pairs }: Facts): readonly Finding[] {
  return pairs.map(({ before, after }) => {
    const metrics = [
      ...GROUP_NAMES.flatMap((name) =>
        pairOf(GROUP_METRICS[name], watchedGroup(before).metrics[name], watchedGroup(after).metrics[name]),
      ),
      ...SERVER_NAMES.flatMap((name) => pairOf(SERVER_METRICS[name], before.metrics[name], after.metrics[name])),
    ];
    const found = metrics.flatMap((pair) => changeOf(pair) ?? []);
    const better = found.filter(({ isBetter }) => isBetter);
    const worse = found.filter(({ isBetter }) => !isBetter);
    return {
      rule: 'change',
      ...(Math.min(before.rounds.length, after.rounds.length) < 2
        ? {
            title: `${nameOf(after)} may have changed: to tell, each result needs two rounds.`,
            text: 'A change counts if it is larger than the differences between the rounds of one result.',
          }
        : {
            title: titleOf(nameOf(after), better.length, worse.length),
            text:
              [sentence('Better: ', better), sentence('Worse: ', worse)].filter((part) => part !== '').join(' ') ||
              'No metric changed by more than the differences between the rounds of one result.',
          }),
      evidence: metrics.map(evidenceOf),
    };
  });
}

function pairOf(metric: Pair['metric'], before: Summary | undefined, after: Summary | undefined): Pair[] {
  return before === undefined || after === undefined ? [] : [{ metric, before, after }];
}

function changeOf({ metric: { label, better, text }, before, after }: Pair): Change | undefined {
  const isMore = isClearlyAbove(after, before);
  if (!isMore && !isClearlyAbove(before, after)) return undefined;
  const ratio = ratioOf(after, before);
  const by = Number.isFinite(ratio) ? ` (${format.times(ratio)})` : '';
  return {
    isBetter: isMore === (better === 'more'),
    line: `${label}: ${text(before.median)} before, ${text(after.median)} after${by}`,
  };
}

/** Includes the range of the rounds, so that a metric without a change shows its noise. */
function evidenceOf({ metric: { label, text }, before, after }: Pair): string {
  return `${label}: ${rangeText(before, text)} before, ${rangeText(after, text)} after`;
}

function nameOf({ spec }: ServerFacts): string {
  return spec.name.replace(/ after$/, '');
}

function titleOf(name: string, better: number, worse: number): string {
  if (better === 0 && worse === 0) return `${name} did not change.`;
  if (worse === 0) return `${name} got better.`;
  return better === 0 ? `${name} got worse.` : `${name} got better and worse.`;
}

function sentence(lead: string, found: readonly Change[]): string {
  return found.length === 0 ? '' : `${lead}${format.list(found.map(({ line }) => line))}.`;
}

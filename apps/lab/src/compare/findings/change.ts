/** What changed between two results: the same server before and after. */
import type { Facts, ServerFacts } from '../figures/facts.ts';
import { watchedGroup } from '../figures/facts.ts';
import { type Figure, GROUP_FIGURES, SERVER_FIGURES } from '../figures/figure.ts';
import * as format from '../format.ts';
import { isClearlyAbove, type Measured, ratioOf } from '../statistics.ts';
import { type Finding, rangeText } from './finding.ts';

/** A figure of one server, before and after. */
interface Pair {
  readonly figure: Omit<Figure<never>, 'of'>;
  readonly before: Measured;
  readonly after: Measured;
}

/** A figure that differs by more than the noise. */
interface Change {
  readonly isBetter: boolean;
  readonly line: string;
}

const GROUP_NAMES = ['rate', 'throughput', 'p50', 'p99', 'fairness', 'failed'] as const;
const SERVER_NAMES = ['cpuPerRequest', 'cpuPerMegabyte', 'memory'] as const;

/** What got better and what got worse, a finding a server. */
export function changes({ pairs }: Facts): readonly Finding[] {
  return pairs.map(({ before, after }) => {
    const figures = [
      ...GROUP_NAMES.flatMap((name) =>
        pairOf(GROUP_FIGURES[name], watchedGroup(before).figures[name], watchedGroup(after).figures[name]),
      ),
      ...SERVER_NAMES.flatMap((name) => pairOf(SERVER_FIGURES[name], before.figures[name], after.figures[name])),
    ];
    const found = figures.flatMap((pair) => changeOf(pair) ?? []);
    const better = found.filter(({ isBetter }) => isBetter);
    const worse = found.filter(({ isBetter }) => !isBetter);
    return {
      rule: 'change',
      ...(Math.min(before.rounds.length, after.rounds.length) < 2
        ? {
            title: `Whether ${nameOf(after)} changed cannot be said: it takes two rounds in each result.`,
            text: 'A change counts when it is larger than the difference between the rounds of one result.',
          }
        : {
            title: titleOf(nameOf(after), better.length, worse.length),
            text:
              [sentence('Better: ', better), sentence('Worse: ', worse)].filter((part) => part !== '').join(' ') ||
              'No figure changed by more than the rounds of one result differ among themselves.',
          }),
      evidence: figures.map(evidenceOf),
    };
  });
}

function pairOf(figure: Pair['figure'], before: Measured | undefined, after: Measured | undefined): Pair[] {
  return before === undefined || after === undefined ? [] : [{ figure, before, after }];
}

function changeOf({ figure: { label, better, text }, before, after }: Pair): Change | undefined {
  const isMore = isClearlyAbove(after, before);
  if (!isMore && !isClearlyAbove(before, after)) return undefined;
  const ratio = ratioOf(after, before);
  const by = Number.isFinite(ratio) ? ` (${format.times(ratio)})` : '';
  return {
    isBetter: isMore === (better === 'more'),
    line: `${label}: ${text(before.median)} before, ${text(after.median)} after${by}`,
  };
}

/** With the range of the rounds: also what did not change shows its noise. */
function evidenceOf({ figure: { label, text }, before, after }: Pair): string {
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

/** What changed between two results: the same server before and after. */
import type { Facts, ServerFacts } from '../figures/facts.ts';
import { watchedGroup } from '../figures/facts.ts';
import { type Figure, GROUP_FIGURES, SERVER_FIGURES } from '../figures/figure.ts';
import * as format from '../format.ts';
import { isClearlyAbove, type Measured, ratioOf } from '../statistics.ts';
import type { Finding } from './finding.ts';

interface Change {
  readonly isBetter: boolean;
  readonly line: string;
}

const GROUP_NAMES = ['rate', 'throughput', 'p50', 'p99', 'fairness', 'failed'] as const;
const SERVER_NAMES = ['cpuPerRequest', 'cpuPerMegabyte', 'memory'] as const;

/** What got better and what got worse, a finding a server. */
export function changes({ pairs }: Facts): readonly Finding[] {
  return pairs.map(({ before, after }) => {
    const found = [
      ...GROUP_NAMES.map((name) =>
        changeOf(GROUP_FIGURES[name], watchedGroup(before).figures[name], watchedGroup(after).figures[name]),
      ),
      ...SERVER_NAMES.map((name) => changeOf(SERVER_FIGURES[name], before.figures[name], after.figures[name])),
    ].filter((change) => change !== undefined);
    const better = found.filter(({ isBetter }) => isBetter);
    const worse = found.filter(({ isBetter }) => !isBetter);
    return {
      rule: 'change',
      title: titleOf(after, better.length, worse.length),
      text:
        [sentence('Better: ', better), sentence('Worse: ', worse)].filter((part) => part !== '').join(' ') ||
        'No figure changed by more than the rounds of one result differ among themselves.',
      evidence: found.map(({ line }) => line),
    };
  });
}

function changeOf(
  { label, better, text }: Omit<Figure<never>, 'of'>,
  before: Measured | undefined,
  after: Measured | undefined,
): Change | undefined {
  if (before === undefined || after === undefined) return undefined;
  const isMore = isClearlyAbove(after, before);
  if (!isMore && !isClearlyAbove(before, after)) return undefined;
  const ratio = ratioOf(after, before);
  const by = Number.isFinite(ratio) ? ` (${format.times(ratio)})` : '';
  return {
    isBetter: isMore === (better === 'more'),
    line: `${label}: ${text(before.median)} before, ${text(after.median)} after${by}`,
  };
}

function titleOf({ spec }: ServerFacts, better: number, worse: number): string {
  const name = spec.name.replace(/ after$/, '');
  if (better === 0 && worse === 0) return `${name} did not change.`;
  if (worse === 0) return `${name} got better.`;
  return better === 0 ? `${name} got worse.` : `${name} got better and worse.`;
}

function sentence(lead: string, found: readonly Change[]): string {
  return found.length === 0 ? '' : `${lead}${format.list(found.map(({ line }) => line))}.`;
}

/**
 * The effect of the quantum, which is the most that one turn may send to one client.
 *
 * A larger quantum makes the mice wait longer for their turn. A smaller one lowers the giants' throughput and costs more
 * processor time, because the same bytes take more system calls.
 */
import type { Facts, GroupFacts, ServerFacts } from '../metrics/facts.ts';
import { GROUP_METRICS, type GroupMetric, isStream, SERVER_METRICS } from '../metrics/metric.ts';
import * as format from '../sentence-format.ts';
import { isClearlyAbove, type Summary, ratioOf } from '@concurrent-primes/harness';
import { type Finding, rangeText, serverEvidence } from './finding.ts';

/** Servers that differ only in their quantum, with clients that take all they can get. */
export function quantumTrade(facts: Facts): readonly Finding[] {
  const streams = facts.scenario.groups.findIndex(({ intervals }) => isStream(intervals));
  const small = facts.scenario.groups.findIndex(({ intervals }) => !isStream(intervals));
  if (streams === -1) return [];
  return familiesOf(facts.servers).flatMap((family) => {
    const [least, most] = [family.at(0)!, family.at(-1)!];
    const giants = effectOn(least, most, streams, 'throughput');
    const mice = small === -1 ? undefined : miceOf(least, most, small);
    const price = priceOf(least, most);
    if (price === undefined && giants?.ratio === undefined && mice?.ratio === undefined) return [];
    const sentences = [giants && giantsText(giants), price?.text, mice && miceText(mice)].filter(
      (sentence) => sentence !== undefined,
    );
    return [
      {
        rule: 'quantum-trade',
        title: `The quantum matters: ${least.spec.name} and ${most.spec.name} differ in nothing else.`,
        text: `One turn sends a client at most ${integers(least)} or ${integers(most)}. ${sentences.join(' ')}`,
        evidence: [
          ...[giants, mice].flatMap((effect) => effect?.evidence ?? []),
          ...(price === undefined ? [] : [price.evidence]),
        ],
      },
    ];
  });
}

/** The effect of the larger quantum on one metric of one group. */
interface Effect {
  readonly group: GroupFacts['group'];
  readonly label: string;
  /** With the smaller quantum, and with the larger. */
  readonly texts: readonly [string, string];
  /** Larger quantum over smaller; undefined if they differ by no more than the noise. */
  readonly ratio: number | undefined;
  readonly evidence: readonly string[];
}

/** The mice's 99th percentile or, if it is lost in the noise, their median. */
function miceOf(least: ServerFacts, most: ServerFacts, at: number): Effect | undefined {
  const [unlucky, usual] = (['p99', 'p50'] as const).map((metric) => effectOn(least, most, at, metric));
  return unlucky?.ratio === undefined && usual?.ratio !== undefined ? usual : unlucky;
}

function effectOn(least: ServerFacts, most: ServerFacts, at: number, metric: GroupMetric): Effect | undefined {
  const [one, other] = [least, most].map(({ groups }) => groups[at]);
  const [small, large] = [one?.metrics[metric], other?.metrics[metric]];
  if (one === undefined || small === undefined || large === undefined) return undefined;
  const { label, text } = GROUP_METRICS[metric];
  return {
    group: one.group,
    label,
    texts: [text(small.median), text(large.median)],
    ratio: differs(small, large) ? ratioOf(large, small) : undefined,
    evidence: [
      `${label} of ${one.group.name}: ${least.spec.name} ${rangeText(small, text)}; ${most.spec.name} ${rangeText(large, text)}`,
    ],
  };
}

function giantsText({ group, texts: [small, large], ratio }: Effect): string | undefined {
  if (ratio === undefined) return undefined;
  return ratio > 1
    ? `The larger one moved ${format.times(ratio)} as many bytes to the ${group.name} (${large} against ${small}), because each system call carries more.`
    : `The larger one moved fewer bytes to the ${group.name}: ${large} against ${small}.`;
}

function miceText({ group, label, texts: [small, large], ratio }: Effect): string {
  const who = `of the ${group.name}`;
  if (ratio === undefined) return `The ${label} ${who} did not differ by more than the noise (${small} and ${large}).`;
  return ratio > 1
    ? `In return they wait during the long turns of the others: the ${label} ${who} rose from ${small} to ${large}.`
    : `The ${label} ${who} was shorter as well, ${large} against ${small}: the smaller quantum overloads the loop with system calls, which delays them more than long turns do.`;
}

function priceOf(
  least: ServerFacts,
  most: ServerFacts,
): { readonly text: string; readonly evidence: string } | undefined {
  const [small, large] = [least.metrics.cpuPerMegabyte, most.metrics.cpuPerMegabyte];
  if (small === undefined || large === undefined || !isClearlyAbove(small, large)) return undefined;
  const { text } = SERVER_METRICS.cpuPerMegabyte;
  return {
    text: `A megabyte cost ${text(large.median)} of processor time instead of ${text(small.median)}.`,
    evidence: serverEvidence('cpuPerMegabyte', [least, most]),
  };
}

/** Groups of servers that differ only in their quantum, each ordered by the quantum. */
function familiesOf(servers: readonly ServerFacts[]): ServerFacts[][] {
  const families = Map.groupBy(
    servers.filter(({ spec }) => spec.quantum !== undefined),
    ({ spec }) => spec.name.replace(/\+quantum=\d+/, ''),
  );
  return [...families.values()]
    .filter((family) => family.length > 1)
    .map((family) => family.toSorted((one, other) => one.spec.quantum! - other.spec.quantum!));
}

function integers({ spec }: ServerFacts): string {
  return format.count(spec.quantum!, 'prime');
}

function differs(one: Summary, other: Summary): boolean {
  return isClearlyAbove(one, other) || isClearlyAbove(other, one);
}

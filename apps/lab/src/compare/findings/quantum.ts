/**
 * What the quantum does: how much one turn may send to one client, before the next client has its turn.
 *
 * The mouse's wait grows with what each giant may take in a turn; the giants' throughput falls, and its price in
 * processor time rises, with the number of system calls for the same bytes.
 */
import type { Facts, GroupFacts, ServerFacts } from '../figures/facts.ts';
import { GROUP_FIGURES, type GroupFigure, isStream, SERVER_FIGURES } from '../figures/figure.ts';
import * as format from '../format.ts';
import { isClearlyAbove, type Measured, ratioOf } from '../statistics.ts';
import { type Finding, holderOf, serverEvidence } from './finding.ts';

/** Servers of one kind with different quanta, beside clients that take all they can get. */
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

/** What the larger quantum did to one figure of one group. */
interface Effect {
  readonly group: GroupFacts['group'];
  readonly label: string;
  /** With the smaller quantum, and with the larger. */
  readonly texts: readonly [string, string];
  /** Of the larger over the smaller; undefined when they don't differ by more than the noise. */
  readonly ratio: number | undefined;
  readonly evidence: readonly string[];
}

/** The figure that shows it: the unlucky mouse's wait or, where that is lost in the noise, the usual one's. */
function miceOf(least: ServerFacts, most: ServerFacts, at: number): Effect | undefined {
  const [unlucky, usual] = (['p99', 'p50'] as const).map((figure) => effectOn(least, most, at, figure));
  return unlucky?.ratio === undefined && usual?.ratio !== undefined ? usual : unlucky;
}

function effectOn(least: ServerFacts, most: ServerFacts, at: number, figure: GroupFigure): Effect | undefined {
  const [one, other] = [least, most].map(({ groups }) => groups[at]);
  const [small, large] = [one?.figures[figure], other?.figures[figure]];
  if (one === undefined || small === undefined || large === undefined) return undefined;
  const { label, text } = GROUP_FIGURES[figure];
  const range = (value: Measured): string => `${text(value.median)} (${text(value.min)} to ${text(value.max)})`;
  return {
    group: one.group,
    label,
    texts: [text(small.median), text(large.median)],
    ratio: differs(small, large) ? ratioOf(large, small) : undefined,
    evidence: [`${label} of ${one.group.name}: ${least.spec.name} ${range(small)}; ${most.spec.name} ${range(large)}`],
  };
}

function giantsText({ group, texts: [small, large], ratio }: Effect): string | undefined {
  if (ratio === undefined) return undefined;
  return ratio > 1
    ? `The larger one moved ${format.times(ratio)} the bytes to the ${group.name} (${large} against ${small}), as each system call carries more.`
    : `The larger one moved fewer bytes to the ${group.name}: ${large} against ${small}.`;
}

function miceText({ group, label, texts: [small, large], ratio }: Effect): string {
  const who = `of the ${group.name}`;
  if (ratio === undefined) return `The ${label} ${who} did not differ by more than the noise (${small} and ${large}).`;
  return ratio > 1
    ? `The price: they wait while the others' turns last, and the ${label} ${who} rose from ${small} to ${large}.`
    : `The ${label} ${who} was shorter with it as well, ${large} against ${small}: with the smaller one the loop is overloaded by its many system calls, and that hurts them more than long turns do.`;
}

function priceOf(
  least: ServerFacts,
  most: ServerFacts,
): { readonly text: string; readonly evidence: string } | undefined {
  const [small, large] = [least.figures.cpuPerMegabyte, most.figures.cpuPerMegabyte];
  if (small === undefined || large === undefined || !isClearlyAbove(small, large)) return undefined;
  const { text } = SERVER_FIGURES.cpuPerMegabyte;
  return {
    text: `A megabyte cost ${text(large.median)} of processor time instead of ${text(small.median)}.`,
    evidence: serverEvidence('cpuPerMegabyte', [...holderOf(least, small), ...holderOf(most, large)]),
  };
}

/** Groups of servers that differ only in their quantum, each from the smallest to the largest. */
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

function differs(one: Measured, other: Measured): boolean {
  return isClearlyAbove(one, other) || isClearlyAbove(other, one);
}

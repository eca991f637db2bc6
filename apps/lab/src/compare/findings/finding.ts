/**
 * What a finding is: a sentence that is true of what was measured, why, and the figures that say so.
 *
 * A rule looks at the facts and nothing else: it has no clock, no chance and no scenario's name in it. It speaks only
 * of differences that are larger than the noise, and of a cause only when a measurement of that cause is among its
 * evidence.
 */
import type { Facts, GroupFacts, ServerFacts } from '../figures/facts.ts';
import { watchedGroup } from '../figures/facts.ts';
import { GROUP_FIGURES, type GroupFigure, SERVER_FIGURES, type ServerFigure } from '../figures/figure.ts';
import { isClearlyAbove, type Measured } from '../statistics.ts';

/** Something worth knowing. */
export interface Finding {
  /** Which rule says so. */
  readonly rule: string;
  /** What differs, in a short sentence. */
  readonly title: string;
  /** The same with its reason, in a few sentences. */
  readonly text: string;
  /** The figures it stands on. */
  readonly evidence: readonly string[];
}

/** Finds what there is of one kind. */
export type Rule = (facts: Facts) => readonly Finding[];

/** A server and one figure of it. */
export interface Holder {
  readonly server: ServerFacts;
  readonly value: Measured;
}

/** Servers that have a figure of the watched group, from the least to the greatest median. */
export function rankedByGroup(servers: readonly ServerFacts[], figure: GroupFigure): Holder[] {
  return ranked(servers, (server) => watchedGroup(server).figures[figure]);
}

/** Servers that have a figure of their own, from the least to the greatest median. */
export function rankedByServer(servers: readonly ServerFacts[], figure: ServerFigure): Holder[] {
  return ranked(servers, ({ figures }) => figures[figure]);
}

/**
 * The least and the greatest of a ranking, if they differ by more than the noise.
 *
 * @param holders - from the least to the greatest
 * @param leastRatio - by which their medians must differ as well
 */
export function clearEnds(
  holders: readonly Holder[],
  leastRatio = 1,
): { readonly least: Holder; readonly most: Holder } | undefined {
  const [least, most] = [holders.at(0), holders.at(-1)];
  if (least === undefined || most === undefined || !isClearlyAbove(most.value, least.value)) return undefined;
  return most.value.median >= least.value.median * leastRatio ? { least, most } : undefined;
}

/** Evidence: a figure of the watched group at some servers. */
export function groupEvidence(figure: GroupFigure, holders: readonly Holder[], where = ''): string {
  const { label, text } = GROUP_FIGURES[figure];
  return `${label}${where}: ${holders.map((holder) => valueText(holder, text)).join('; ')}`;
}

/** Evidence: a figure of some servers. */
export function serverEvidence(figure: ServerFigure, holders: readonly Holder[]): string {
  const { label, text } = SERVER_FIGURES[figure];
  return `${label}: ${holders.map((holder) => valueText(holder, text)).join('; ')}`;
}

/** A figure with the range of its rounds. */
export function rangeText({ median, min, max }: Measured, text: (value: number) => string): string {
  return min === max ? text(median) : `${text(median)} (${text(min)} to ${text(max)})`;
}

/** A figure of one server as evidence; empty if there is none. */
export function holderOf(server: ServerFacts, value: Measured | undefined): Holder[] {
  return value === undefined ? [] : [{ server, value }];
}

/** How many clients of a group behave. */
export function goodClientsOf({ group }: GroupFacts): number {
  const bad = Object.values(group.with).reduce((sum, share) => sum + badClients(group.clients, share), 0);
  return group.clients - bad;
}

/** How many clients a share means: whole ones, at least one. */
export function badClients(clients: number, share: number): number {
  return Math.max(1, Math.round(clients * share));
}

function ranked(servers: readonly ServerFacts[], of: (server: ServerFacts) => Measured | undefined): Holder[] {
  return servers
    .flatMap((server) => holderOf(server, of(server)))
    .toSorted((one, other) => one.value.median - other.value.median);
}

function valueText({ server, value }: Holder, text: (value: number) => string): string {
  return `${server.spec.name} ${rangeText(value, text)}`;
}

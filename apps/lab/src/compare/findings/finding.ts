/**
 * A finding: a sentence that is true of the measurement, its reason, and the metrics that prove it.
 *
 * A rule sees the facts and nothing else: no clock, no randomness, no name of a scenario. It reports only differences
 * that are larger than the noise, and names a cause only when a measurement of that cause is part of its evidence.
 */
import type { Facts, GroupFacts, ServerFacts } from '../metrics/facts.ts';
import { watchedGroup } from '../metrics/facts.ts';
import { GROUP_METRICS, type GroupMetric, SERVER_METRICS, type ServerMetric } from '../metrics/metric.ts';
import { isClearlyAbove, type Summary } from '@concurrent-primes/harness';

/** One finding. */
export interface Finding {
  /** Name of its rule. */
  readonly rule: string;
  /** The difference, in a short sentence. */
  readonly title: string;
  /** Its reason, in a few sentences. */
  readonly text: string;
  /** The metrics that prove it. */
  readonly evidence: readonly string[];
}

/** Finds everything of one kind. */
export type Rule = (facts: Facts) => readonly Finding[];

/** A server and one of its metrics. */
export interface Holder {
  readonly server: ServerFacts;
  readonly value: Summary;
}

/** Servers with a metric of the watched group, ordered by its median. */
export function rankedByGroup(servers: readonly ServerFacts[], metric: GroupMetric): Holder[] {
  return ranked(servers, (server) => watchedGroup(server).metrics[metric]);
}

/** Servers with a metric of their own, ordered by its median. */
export function rankedByServer(servers: readonly ServerFacts[], metric: ServerMetric): Holder[] {
  return ranked(servers, ({ metrics }) => metrics[metric]);
}

/**
 * The first and the last of a ranking, if they differ by more than the noise.
 *
 * @param holders - ordered by their medians
 * @param leastRatio - ratio by which their medians must differ as well
 */
export function clearEnds(
  holders: readonly Holder[],
  leastRatio = 1,
): { readonly least: Holder; readonly most: Holder } | undefined {
  const [least, most] = [holders.at(0), holders.at(-1)];
  if (least === undefined || most === undefined || !isClearlyAbove(most.value, least.value)) return undefined;
  return most.value.median >= least.value.median * leastRatio ? { least, most } : undefined;
}

/** Evidence: a metric of the watched group, of some servers. */
export function groupEvidence(metric: GroupMetric, holders: readonly Holder[], where = ''): string {
  const { label, text } = GROUP_METRICS[metric];
  return `${label}${where}: ${holders.map((holder) => valueText(holder, text)).join('; ')}`;
}

/** Evidence: a metric of some servers. */
export function serverEvidence(metric: ServerMetric, holders: readonly Holder[]): string {
  const { label, text } = SERVER_METRICS[metric];
  return `${label}: ${holders.map((holder) => valueText(holder, text)).join('; ')}`;
}

/** A median with the range of its rounds. */
export function rangeText({ median, min, max }: Summary, text: (value: number) => string): string {
  return min === max ? text(median) : `${text(median)} (${text(min)} to ${text(max)})`;
}

/** A metric of one server as evidence; empty if there is none. */
export function holderOf(server: ServerFacts, value: Summary | undefined): Holder[] {
  return value === undefined ? [] : [{ server, value }];
}

/** Number of clients of a group that behave. */
export function goodClientsOf({ group }: GroupFacts): number {
  const bad = Object.values(group.with).reduce((sum, share) => sum + badClients(group.clients, share), 0);
  return group.clients - bad;
}

/** Number of clients that a share means: rounded, at least one. */
export function badClients(clients: number, share: number): number {
  return Math.max(1, Math.round(clients * share));
}

function ranked(servers: readonly ServerFacts[], of: (server: ServerFacts) => Summary | undefined): Holder[] {
  return servers
    .flatMap((server) => holderOf(server, of(server)))
    .toSorted((one, other) => one.value.median - other.value.median);
}

function valueText({ server, value }: Holder, text: (value: number) => string): string {
  return `${server.spec.name} ${rangeText(value, text)}`;
}

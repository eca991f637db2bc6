/**
 * A finding: a sentence that is true of the measurement, its reason, and the metrics that prove it.
 *
 * A rule sees the facts and nothing else: no clock, no randomness, no name of a scenario. It reports only differences
 * that are larger than the noise, and names a cause only when a measurement of that cause is part of its evidence.
 */
import type { Facts, GroupFacts, ServerFacts } from '../metrics/facts.ts';
import { watchedGroup } from '../metrics/facts.ts';
import { GROUP_METRICS, type GroupMetric, type Metric, SERVER_METRICS, type ServerMetric } from '../metrics/metric.ts';
import { isClearlyAbove, type Summary } from '@concurrent-primes/harness';

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

/** Evidence: a metric of the watched group, of those servers that have it. */
export function groupEvidence(metric: GroupMetric, servers: readonly (ServerFacts | Holder)[]): string {
  return evidence(GROUP_METRICS[metric], servers, (server) => watchedGroup(server).metrics[metric]);
}

/** Evidence: a metric of those servers that have it. */
export function serverEvidence(metric: ServerMetric, servers: readonly (ServerFacts | Holder)[]): string {
  return evidence(SERVER_METRICS[metric], servers, ({ metrics }) => metrics[metric]);
}

/** A median with the range of its rounds. */
export function rangeText({ median, min, max }: Summary, text: (value: number) => string): string {
  return min === max ? text(median) : `${text(median)} (${text(min)} to ${text(max)})`;
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
  return holders(servers, of).toSorted((one, other) => one.value.median - other.value.median);
}

function holders(servers: readonly ServerFacts[], of: (server: ServerFacts) => Summary | undefined): Holder[] {
  return servers.flatMap((server) => {
    const value = of(server);
    return value === undefined ? [] : [{ server, value }];
  });
}

function evidence(
  { label, text }: Pick<Metric<never>, 'label' | 'text'>,
  servers: readonly (ServerFacts | Holder)[],
  of: (server: ServerFacts) => Summary | undefined,
): string {
  const plain = servers.map((server) => ('server' in server ? server.server : server));
  return `${label}: ${holders(plain, of)
    .map(({ server, value }) => `${server.spec.name} ${rangeText(value, text)}`)
    .join('; ')}`;
}

/** The facts of a comparison: its metrics over all rounds, for findings, tables and charts. */
import type { LoadResult } from '@concurrent-primes/load';
import type { Comparison, Round, ServerResult } from '../comparison.ts';
import type { Group, Scenario } from '../scenario.ts';
import type { ServerSpec } from '../servers/server-spec.ts';
import { summarize, type Summary } from '@concurrent-primes/harness';
import { GROUP_METRICS, type GroupMetric, SERVER_METRICS, type ServerMetric } from './metric.ts';

/** The facts of one group of clients at one server. */
export interface GroupFacts {
  readonly group: Group;
  /** One a round. */
  readonly loads: readonly LoadResult[];
  /** Without those that have no value. */
  readonly metrics: Readonly<Partial<Record<GroupMetric, Summary>>>;
}

/** The facts of one server. */
export interface ServerFacts {
  readonly spec: ServerSpec;
  /** Of two joined results: which one it is from. */
  readonly when: ServerResult['when'];
  readonly rounds: readonly Round[];
  readonly metrics: Readonly<Partial<Record<ServerMetric, Summary>>>;
  /** In the scenario's order; the first is watched. */
  readonly groups: readonly GroupFacts[];
  /** What went wrong with the server, one entry for each such round. */
  readonly failures: readonly string[];
}

export interface Facts {
  readonly scenario: Scenario;
  readonly cores: number;
  /** Servers that had at least one turn. */
  readonly servers: readonly ServerFacts[];
  /** Of two joined results: each server before and after. */
  readonly pairs: readonly { readonly before: ServerFacts; readonly after: ServerFacts }[];
}

export function factsOf({ scenario, servers, environment }: Comparison): Facts {
  const known = servers.filter(({ rounds }) => rounds.length > 0).map((result) => serverFacts(result, scenario));
  return {
    scenario,
    cores: environment.cores,
    servers: known,
    // Joined results come in pairs.
    pairs: known.flatMap((after, at) => {
      const before = known[at - 1];
      return after.when === 'after' && before?.when === 'before' ? [{ before, after }] : [];
    }),
  };
}

/** The facts of each joined result by itself: only servers that were measured in turns can be ranked. */
export function resultsOf(facts: Facts): readonly Facts[] {
  const results = Map.groupBy(facts.servers, ({ when }) => when);
  return [...results.values()].map((servers) => ({ ...facts, servers }));
}

function serverFacts({ spec, when, rounds }: ServerResult, scenario: Scenario): ServerFacts {
  return {
    spec,
    when,
    rounds,
    metrics: metricsOf(SERVER_METRICS, rounds),
    groups: scenario.groups.map((group, at) => {
      const loads = rounds.flatMap(({ groups }) => groups[at]?.load ?? []);
      return { group, loads, metrics: metricsOf(GROUP_METRICS, loads) };
    }),
    failures: rounds.flatMap(({ failure }) => failure ?? []),
  };
}

/** The group that the report watches. */
export function watchedGroup({ groups }: ServerFacts): GroupFacts {
  return groups[0]!;
}

function metricsOf<Name extends string, Source>(
  metrics: Readonly<Record<Name, { readonly of: (source: Source) => number | undefined }>>,
  sources: readonly Source[],
): Partial<Record<Name, Summary>> {
  const taken = Object.entries<{ readonly of: (source: Source) => number | undefined }>(metrics).flatMap(
    ([name, { of }]) => {
      const values = sources.flatMap((source) => of(source) ?? []);
      return values.length === 0 ? [] : [[name, summarize(values)] as const];
    },
  );
  return Object.fromEntries(taken) as Partial<Record<Name, Summary>>;
}

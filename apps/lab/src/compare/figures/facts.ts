/** What is known of a comparison: its figures over all rounds, for findings, tables and charts. */
import type { LoadResult } from '@concurrent-primes/load';
import type { Comparison, Round, ServerResult } from '../results.ts';
import type { Group, Scenario } from '../scenario.ts';
import type { ServerSpec } from '../servers/spec.ts';
import { type Measured, measured } from '../statistics.ts';
import { GROUP_FIGURES, type GroupFigure, SERVER_FIGURES, type ServerFigure } from './figure.ts';

/** What is known of one group of clients at one server. */
export interface GroupFacts {
  readonly group: Group;
  /** One a round. */
  readonly loads: readonly LoadResult[];
  /** Only those that there is something to tell of. */
  readonly figures: Readonly<Partial<Record<GroupFigure, Measured>>>;
}

/** What is known of one server. */
export interface ServerFacts {
  readonly spec: ServerSpec;
  /** Of two results that were joined: which of them it is from. */
  readonly when: ServerResult['when'];
  readonly rounds: readonly Round[];
  readonly figures: Readonly<Partial<Record<ServerFigure, Measured>>>;
  /** In the scenario's order; the first is watched. */
  readonly groups: readonly GroupFacts[];
  /** What went wrong with the server, once a round that it went wrong in. */
  readonly failures: readonly string[];
}

/** What is known of a comparison. */
export interface Facts {
  readonly scenario: Scenario;
  readonly cores: number;
  /** Those that had at least one turn. */
  readonly servers: readonly ServerFacts[];
  /** Of two results that were joined: the same server before and after. */
  readonly pairs: readonly { readonly before: ServerFacts; readonly after: ServerFacts }[];
}

/** Takes the figures out of results. */
export function factsOf({ scenario, servers, environment }: Comparison): Facts {
  const known = servers.filter(({ rounds }) => rounds.length > 0).map((result) => serverFacts(result, scenario));
  return {
    scenario,
    cores: environment.cores,
    servers: known,
    // They were joined in pairs.
    pairs: known.flatMap((after, at) => {
      const before = known[at - 1];
      return after.when === 'after' && before?.when === 'before' ? [{ before, after }] : [];
    }),
  };
}

/** The facts of each result by itself: only servers that had their turns among each other can be ranked. */
export function resultsOf(facts: Facts): readonly Facts[] {
  const results = Map.groupBy(facts.servers, ({ when }) => when);
  return [...results.values()].map((servers) => ({ ...facts, servers }));
}

function serverFacts({ spec, when, rounds }: ServerResult, scenario: Scenario): ServerFacts {
  return {
    spec,
    when,
    rounds,
    figures: figuresOf(SERVER_FIGURES, rounds),
    groups: scenario.groups.map((group, at) => {
      const loads = rounds.flatMap(({ groups }) => groups[at]?.load ?? []);
      return { group, loads, figures: figuresOf(GROUP_FIGURES, loads) };
    }),
    failures: rounds.flatMap(({ failure }) => failure ?? []),
  };
}

/** The group that the report watches. */
export function watchedGroup({ groups }: ServerFacts): GroupFacts {
  return groups[0]!;
}

function figuresOf<Name extends string, Source>(
  figures: Readonly<Record<Name, { readonly of: (source: Source) => number | undefined }>>,
  sources: readonly Source[],
): Partial<Record<Name, Measured>> {
  const taken = Object.entries<{ readonly of: (source: Source) => number | undefined }>(figures).map(
    ([name, { of }]) => [name, measured(sources.flatMap((source) => of(source) ?? []))] as const,
  );
  return Object.fromEntries(taken.filter(([, value]) => value !== undefined)) as Partial<Record<Name, Measured>>;
}

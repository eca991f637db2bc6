/** Joins two earlier results into one comparison of before and after. */
import type { Comparison, ServerResult } from './comparison.ts';

/**
 * Joins two results of one scenario. The servers' names get the suffix `before` or `after`; a server that only the later
 * result has is shown without a comparison.
 *
 * @throws TypeError if their scenarios differ or they have no server in common
 */
export function joinResults(before: Comparison, after: Comparison): Comparison {
  const [one, other] = [before.scenario, after.scenario];
  if (JSON.stringify(one.groups) !== JSON.stringify(other.groups)) {
    throw new TypeError(
      `cannot compare the results: both must have the same clients, got ${one.name} and ${other.name} with different ones`,
    );
  }
  if (!after.servers.some((server) => earlierOf(server, before) !== undefined)) {
    throw new TypeError(
      `cannot compare the results: they must have a server in common, got ${namesOf(before)} and ${namesOf(after)}`,
    );
  }
  return {
    ...after,
    scenario: { ...other, rounds: Math.min(one.rounds, other.rounds) },
    servers: after.servers.flatMap((server) => {
      const earlier = earlierOf(server, before);
      return [...(earlier === undefined ? [] : [renamed(earlier, 'before')]), renamed(server, 'after')];
    }),
    interrupted: before.interrupted || after.interrupted,
    before: { startedAt: before.startedAt, environment: before.environment },
  };
}

function earlierOf({ spec }: ServerResult, { servers }: Comparison): ServerResult | undefined {
  return servers.find(({ spec: { name } }) => name === spec.name);
}

function namesOf({ servers }: Comparison): string {
  return servers.map(({ spec }) => spec.name).join(', ');
}

function renamed(server: ServerResult, when: 'before' | 'after'): ServerResult {
  return { ...server, when, spec: { ...server.spec, name: `${server.spec.name} ${when}` } };
}

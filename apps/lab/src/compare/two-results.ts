/** Two earlier results as one comparison: what was measured before, beside what was measured after. */
import type { Comparison, ServerResult } from './results.ts';

/**
 * Joins two results of the same scenario. Each server's name gets `before` or `after`.
 *
 * @throws TypeError if they are of different scenarios, as nothing could then be compared
 */
export function joinResults(before: Comparison, after: Comparison): Comparison {
  const [one, other] = [before.scenario, after.scenario];
  if (JSON.stringify(one.groups) !== JSON.stringify(other.groups)) {
    throw new TypeError(
      `results: must be of the same scenario, are of ${one.name} and ${other.name} with other clients`,
    );
  }
  return {
    ...after,
    scenario: { ...other, rounds: Math.min(one.rounds, other.rounds) },
    servers: after.servers.flatMap((server) => {
      const earlier = before.servers.find(({ spec }) => spec.name === server.spec.name);
      return [...(earlier === undefined ? [] : [renamed(earlier, 'before')]), renamed(server, 'after')];
    }),
    interrupted: before.interrupted || after.interrupted,
    before: { startedAt: before.startedAt, environment: before.environment },
  };
}

function renamed(server: ServerResult, when: 'before' | 'after'): ServerResult {
  return { ...server, when, spec: { ...server.spec, name: `${server.spec.name} ${when}` } };
}

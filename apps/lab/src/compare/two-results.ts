/** Two earlier results as one comparison: what was measured before, beside what was measured after. */
import type { Comparison, ServerResult } from './results.ts';

/**
 * Joins two results of the same scenario. Each server's name gets `before` or `after`; one that only the later result
 * has is shown, and compared with nothing.
 *
 * @throws TypeError if they are of different scenarios or have no server in common, as nothing could then be compared
 */
export function joinResults(before: Comparison, after: Comparison): Comparison {
  const [one, other] = [before.scenario, after.scenario];
  if (JSON.stringify(one.groups) !== JSON.stringify(other.groups)) {
    throw new TypeError(
      `results: must be of the same scenario, are of ${one.name} and ${other.name} with other clients`,
    );
  }
  if (!after.servers.some((server) => earlierOf(server, before) !== undefined)) {
    throw new TypeError(`results: must have a server in common, have ${namesOf(before)} and ${namesOf(after)}`);
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

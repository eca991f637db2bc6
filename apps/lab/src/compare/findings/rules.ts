/** All rules, the most serious first. */
import type { Facts } from '../figures/facts.ts';
import { changes } from './change.ts';
import { memoryCost, requestCost, scanCost } from './cost.ts';
import type { Finding, Rule } from './finding.ts';
import { quantumTrade } from './quantum.ts';
import { fallsBehind, moreLoops, noDifference, tail, throughput, unfairness } from './speed.ts';
import { poolHasRoom, poolStarves, starvedServers, unknownServerStarves } from './starvation.ts';
import {
  brokenServers,
  descriptorLimit,
  failedRequests,
  fullServers,
  isIdle,
  servedNobody,
  serverEnded,
  wrongAnswers,
} from './trouble.ts';

/** About servers with which something is wrong, and what is good to know of all. */
const FIRST: readonly Rule[] = [
  changes,
  serverEnded,
  wrongAnswers,
  poolStarves,
  unknownServerStarves,
  poolHasRoom,
  descriptorLimit,
  failedRequests,
  fallsBehind,
];

/** About differences between servers that all do their work. */
const COMPARING: readonly Rule[] = [quantumTrade, throughput, tail, requestCost, scanCost, moreLoops, unfairness];

/**
 * What differed, and why, as far as it was measured.
 *
 * Servers that starve, end or answer wrongly are spoken of first, and not compared with the others: that they also were
 * slow, unfair and dear would say the same thing again.
 */
export function findingsOf(facts: Facts): readonly Finding[] {
  const explained = new Set([...brokenServers(facts), ...starvedServers(facts), ...fullServers(facts)]);
  const idle = facts.servers.filter((server) => isIdle(server) && !explained.has(server));
  const servers = facts.servers.filter((server) => !explained.has(server) && !idle.includes(server));
  const others = { ...facts, servers };
  const differences = servers.length < 2 ? [] : COMPARING.flatMap((rule) => rule(others));
  return [
    ...FIRST.flatMap((rule) => rule(facts)),
    ...servedNobody({ ...facts, servers: idle }),
    ...differences,
    ...(differences.length === 0 ? noDifference(others) : []),
    ...(servers.length < 2 ? [] : memoryCost(others)),
  ];
}

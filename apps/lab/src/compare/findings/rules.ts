/** All rules, the most serious first. */
import type { Facts } from '../figures/facts.ts';
import { changes } from './change.ts';
import { memoryCost, requestCost, scanCost } from './cost.ts';
import type { Finding, Rule } from './finding.ts';
import { quantumTrade } from './quantum.ts';
import { fallsBehind, moreLoops, noDifference, tail, throughput, unfairness } from './speed.ts';
import { poolHasRoom, poolStarves, starvedServers, unknownServerStarves } from './starvation.ts';
import { brokenServers, descriptorLimit, failedRequests, serverEnded, wrongAnswers } from './trouble.ts';

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
const COMPARING: readonly Rule[] = [
  quantumTrade,
  throughput,
  tail,
  requestCost,
  scanCost,
  moreLoops,
  unfairness,
  memoryCost,
  noDifference,
];

/**
 * What differed, and why, as far as it was measured.
 *
 * Servers that starve, end or answer wrongly are spoken of first, and not compared with the others: that they also were
 * slow, unfair and dear would say the same thing again.
 */
export function findingsOf(facts: Facts): readonly Finding[] {
  const outOfOrder = new Set([...brokenServers(facts), ...starvedServers(facts)]);
  const servers = facts.servers.filter((server) => !outOfOrder.has(server));
  return [
    ...FIRST.flatMap((rule) => rule(facts)),
    ...(servers.length < 2 ? [] : COMPARING.flatMap((rule) => rule({ ...facts, servers }))),
  ];
}

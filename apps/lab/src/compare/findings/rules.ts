/** All rules, the most serious first. */
import { type Facts, resultsOf } from '../figures/facts.ts';
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
  fullQueue,
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
  eachResult(poolStarves),
  eachResult(unknownServerStarves),
  eachResult(poolHasRoom),
  descriptorLimit,
  fullQueue,
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
 *
 * Of two results that were joined it is told what changed in each server, and what was wrong. Their servers are not
 * ranked: what else the machine did at one time and not at the other would look like a difference between them.
 */
export function findingsOf(facts: Facts): readonly Finding[] {
  const explained = new Set([
    ...brokenServers(facts),
    ...resultsOf(facts).flatMap(starvedServers),
    ...fullServers(facts),
  ]);
  const idle = facts.servers.filter((server) => isIdle(server) && !explained.has(server));
  const servers = facts.servers.filter((server) => !explained.has(server) && !idle.includes(server));
  const troubles = [...FIRST.flatMap((rule) => rule(facts)), ...servedNobody({ ...facts, servers: idle })];
  const areJoined = servers.some(({ when }) => when !== undefined);
  return areJoined || servers.length < 2 ? troubles : [...troubles, ...differencesOf({ ...facts, servers })];
}

function differencesOf(facts: Facts): readonly Finding[] {
  const differences = COMPARING.flatMap((rule) => rule(facts));
  return [...(differences.length === 0 ? noDifference(facts) : differences), ...memoryCost(facts)];
}

/** The same for each of two results that were joined: it speaks of one server beside the others. */
function eachResult(rule: Rule): Rule {
  return (facts) => resultsOf(facts).flatMap(rule);
}

/** All rules, the most serious first. */
import { type Facts, resultsOf } from '../metrics/facts.ts';
import { changes } from './change-findings.ts';
import { memoryCost, requestCost, scanCost } from './cost-findings.ts';
import type { Finding, Rule } from './finding.ts';
import { quantumTrade } from './quantum-findings.ts';
import { fallsBehind, moreLoops, noDifference, tail, throughput, unfairness } from './speed-findings.ts';
import { poolHasRoom, poolStarves, starvedServers, unknownServerStarves } from './starvation-findings.ts';
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
} from './trouble-findings.ts';

/** Faults of servers, and what is worth knowing about all of them. */
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

/** Differences between servers that work. */
const COMPARING: readonly Rule[] = [quantumTrade, throughput, tail, requestCost, scanCost, moreLoops, unfairness];

/**
 * The differences and their causes, as far as they were measured.
 *
 * Servers that starve, end or send wrong answers come first and are not compared with the others: that they were also
 * slow, unfair and costly would say the same thing again.
 *
 * Two joined results are not ranked, because the load of the machine at one time would look like a difference between
 * servers. They get the changes of each server, and its faults.
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

/** Applies a rule that compares servers to each of two joined results. */
function eachResult(rule: Rule): Rule {
  return (facts) => resultsOf(facts).flatMap(rule);
}

/** Faults: servers that ended, wrong answers, failed requests, and clients that were not accepted. */
import { ERROR_KINDS, type ErrorKind, mergeHistograms, synRetries } from '@concurrent-primes/load';
import { type Facts, type ServerFacts, watchedGroup } from '../metrics/facts.ts';
import * as format from '../sentence-format.ts';
import type { Scenario } from '../scenario.ts';
import { badClients, type Finding, groupEvidence, serverEvidence } from './finding.ts';

const WRONG: readonly ErrorKind[] = ['wrong-count', 'wrong-primes', 'unasked-bytes'];

/** The largest descriptor that select(2) can watch is one below this (FD_SETSIZE). */
const SELECT_DESCRIPTORS = 1024;
/** A server may hold a few more for a moment, or without watching them. */
const FEW = 16;

/** Servers that ended during the measurement. */
export function serverEnded({ servers }: Facts): readonly Finding[] {
  return servers
    .filter(({ failures }) => failures.length > 0)
    .map(({ spec, failures, rounds }) => ({
      rule: 'server-ended',
      title: `${spec.name} ended during the measurement.`,
      text: `In ${failures.length} of ${format.count(rounds.length, 'round')} the server's process ended early. A server must survive whatever its clients do; its metrics are those of the time before.`,
      evidence: [...new Set(failures)],
    }));
}

/** Servers whose answers were wrong. */
export function wrongAnswers({ servers }: Facts): readonly Finding[] {
  return servers.flatMap((server) => {
    const wrong = wrongErrorsOf(server);
    if (wrong.length === 0) return [];
    return [
      {
        rule: 'wrong-answers',
        title: `${server.spec.name} sends wrong answers.`,
        text: 'Each answer is compared with our own sieve. The metrics of wrong answers mean nothing.',
        evidence: wrong.map(errorText),
      },
    ];
  });
}

/** Servers that failed requests of good clients, and servers that failed none although other clients misbehaved. */
export function failedRequests({ scenario, servers }: Facts): readonly Finding[] {
  const failing = servers.flatMap((server) => {
    const errors = [...errorsOf(server)].filter(([kind]) => !WRONG.includes(kind as ErrorKind));
    const share = watchedGroup(server).metrics.failed;
    if (errors.length === 0 || share === undefined) return [];
    return [
      {
        rule: 'failed-requests',
        title: `${server.spec.name} fails ${format.percent(share.median)} of the requests of good clients.`,
        text: 'These clients did nothing wrong and got no complete answer.',
        evidence: errors.map(errorText),
      },
    ];
  });
  const bad = scenario.groups.flatMap((group) =>
    Object.entries(group.with).map(([name, part]) => `${format.number(badClients(group.clients, part))} ${name}`),
  );
  const good = servers.filter(
    (server) => errorsOf(server).size === 0 && server.failures.length === 0 && !isIdle(server),
  );
  if (bad.length === 0 || good.length === 0) return failing;
  const names = good.length === servers.length ? 'All servers' : format.list(good.map(({ spec }) => spec.name));
  return [
    ...failing,
    {
      rule: 'none-failed',
      title: `No request of a good client failed with ${names === 'All servers' ? 'any server' : names}.`,
      text: `Together with ${format.list(bad)} clients, every answer that good clients received was complete and correct. It may still have been late.`,
      evidence: [groupEvidence('failed', good)],
    },
  ];
}

/** Servers that completed no request of good clients. */
export function servedNobody({ servers }: Facts): readonly Finding[] {
  return servers.filter(isIdle).map((server) => ({
    rule: 'served-nobody',
    title: `${server.spec.name} completed no request of the ${watchedGroup(server).group.name}.`,
    text: 'They waited until the end of the measurement. The server may have been busy with other clients, or stuck; from outside that can’t be seen.',
    evidence: [groupEvidence('rate', [server]), serverEvidence('cores', [server])],
  }));
}

/** Whether no request of the watched group was completed. */
export function isIdle(server: ServerFacts): boolean {
  return watchedGroup(server).metrics.rate?.max === 0;
}

/** Servers that ended or sent wrong answers: their metrics mean nothing. */
export function brokenServers({ servers }: Facts): readonly ServerFacts[] {
  return servers.filter((server) => server.failures.length > 0 || wrongErrorsOf(server).length > 0);
}

/** Servers on select(2) that reached its limit of descriptors. */
export function descriptorLimit(facts: Facts): readonly Finding[] {
  const { scenario, servers } = facts;
  const wanted = connectionsWanted(scenario);
  const holdsAll = servers.filter(
    ({ metrics: { descriptors } }) => descriptors !== undefined && descriptors.min > wanted,
  );
  return fullServers(facts).map((server) => ({
    rule: 'descriptor-limit',
    title: `${server.spec.name} could hold only about a thousand of ${format.number(wanted)} connections.`,
    text:
      `select(2) can watch only descriptors below ${format.number(SELECT_DESCRIPTORS)} (FD_SETSIZE). Later clients, good ` +
      `or bad, waited in the kernel's queue.` +
      (holdsAll.length === 0 ? '' : ` ${format.list(holdsAll.map(({ spec }) => spec.name))} held all of them.`),
    evidence: [`connections wanted: ${format.number(wanted)}`, serverEvidence('descriptors', [server, ...holdsAll])],
  }));
}

/** Servers that accepted connections too slowly. */
export function fullQueue({ servers }: Facts): readonly Finding[] {
  return servers.flatMap(({ spec, groups }) => {
    const histograms = groups.flatMap(({ loads }) => loads.map((load) => load.histograms.connect));
    const retries = histograms.reduce((sum, connect) => sum + synRetries(connect), 0);
    if (retries === 0) return [];
    const { count, maxMs } = mergeHistograms(histograms);
    return [
      {
        rule: 'full-queue',
        title: `The backlog of ${spec.name} was full: ${format.number(retries)} clients had to send a second SYN.`,
        text:
          'Connections that are not accepted yet wait in a queue of the kernel, whose length is set by the backlog of ' +
          'listen(2) and net.core.somaxconn. While it is full, the kernel drops new SYNs, and clients repeat them after ' +
          'a second. So the longest times here are those seconds, not the time of the server. Accept sooner, or set a ' +
          'larger backlog.',
        evidence: [
          `connection set-ups that took a whole number of seconds: ${format.number(retries)} of ${format.number(count)}`,
          `longest connection set-up: ${format.duration(maxMs)}`,
        ],
      },
    ];
  });
}

function wrongErrorsOf(server: ServerFacts): [string, number][] {
  return [...errorsOf(server)].filter(([kind]) => WRONG.includes(kind as ErrorKind));
}

/** Servers that {@link descriptorLimit} reports. */
export function fullServers({ scenario, servers }: Facts): readonly ServerFacts[] {
  return servers.filter((server) => isFull(server, scenario));
}

function isFull({ spec, metrics: { descriptors } }: ServerFacts, scenario: Scenario): boolean {
  if (spec.kind !== 'select' || descriptors === undefined || connectionsWanted(scenario) < SELECT_DESCRIPTORS)
    return false;
  return Math.abs(descriptors.max - SELECT_DESCRIPTORS) <= FEW;
}

function connectionsWanted({ groups }: Scenario): number {
  return groups.reduce((sum, { clients }) => sum + clients, 0);
}

/** Number of errors of each kind, over all rounds and groups. */
function errorsOf({ groups }: ServerFacts): Map<string, number> {
  const all = new Map<string, number>();
  for (const { loads } of groups) {
    for (const { errors } of loads) {
      for (const [kind, times] of Object.entries(errors)) if (times > 0) all.set(kind, (all.get(kind) ?? 0) + times);
    }
  }
  return all;
}

function errorText([kind, times]: [string, number]): string {
  const meaning = (ERROR_KINDS as Readonly<Record<string, string>>)[kind];
  return `${kind}: ${format.count(times, 'time')}${meaning === undefined ? '' : ` (${meaning})`}`;
}

/** What went wrong: servers that ended, answers that were wrong, requests that failed, and clients that could not get in. */
import { ERROR_KINDS, type ErrorKind, mergeHistograms, synRetries } from '@concurrent-primes/load';
import { type Facts, type ServerFacts, watchedGroup } from '../figures/facts.ts';
import * as format from '../format.ts';
import type { Scenario } from '../scenario.ts';
import { badClients, type Finding, groupEvidence, holderOf, serverEvidence } from './finding.ts';

const WRONG: readonly ErrorKind[] = ['wrong-count', 'wrong-primes', 'unasked-bytes'];

/** The largest descriptor that select(2) can watch is one below this (FD_SETSIZE). */
const SELECT_DESCRIPTORS = 1024;
/** A server may hold a few more for a moment, or for other purposes than to watch them. */
const FEW = 16;

/** A server that ended while it was measured. */
export function serverEnded({ servers }: Facts): readonly Finding[] {
  return servers
    .filter(({ failures }) => failures.length > 0)
    .map(({ spec, failures, rounds }) => ({
      rule: 'server-ended',
      title: `${spec.name} ended while it was measured.`,
      text: `In ${failures.length} of ${format.count(rounds.length, 'round')} the server's process did not live to the end. A server must survive whatever its clients do; its figures here are those of the time before.`,
      evidence: [...new Set(failures)],
    }));
}

/** A server whose answers were wrong. */
export function wrongAnswers({ servers }: Facts): readonly Finding[] {
  return servers.flatMap((server) => {
    const wrong = wrongErrorsOf(server);
    if (wrong.length === 0) return [];
    return [
      {
        rule: 'wrong-answers',
        title: `${server.spec.name} gave wrong answers.`,
        text: 'Answers are compared with our own sieve, byte by byte. However fast a wrong answer comes, its figures mean nothing.',
        evidence: wrong.map(errorText),
      },
    ];
  });
}

/** A server that failed requests of good clients, and those that failed none though others misbehaved. */
export function failedRequests({ scenario, servers }: Facts): readonly Finding[] {
  const failing = servers.flatMap((server) => {
    const errors = [...errorsOf(server)].filter(([kind]) => !WRONG.includes(kind as ErrorKind));
    const share = watchedGroup(server).figures.failed;
    if (errors.length === 0 || share === undefined) return [];
    return [
      {
        rule: 'failed-requests',
        title: `${server.spec.name} failed ${format.percent(share.median)} of its good clients' requests.`,
        text: 'They did nothing wrong and got no whole answer.',
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
  const names = good.length === servers.length ? 'No server' : format.list(good.map(({ spec }) => spec.name));
  const failed = good.length === servers.length ? "failed a good client's request" : "failed no good client's request";
  return [
    ...failing,
    {
      rule: 'none-failed',
      title: `${names} ${failed}.`,
      text: `Beside ${format.list(bad)} clients every answer that good clients got was whole and right. Whether they got it in time is another question.`,
      evidence: [
        groupEvidence(
          'failed',
          good.flatMap((server) => holderOf(server, watchedGroup(server).figures.failed)),
        ),
      ],
    },
  ];
}

/** A server that got nothing done for good clients. */
export function servedNobody({ servers }: Facts): readonly Finding[] {
  return servers.filter(isIdle).map((server) => ({
    rule: 'served-nobody',
    title: `${server.spec.name} got not one request of its ${watchedGroup(server).group.name} done.`,
    text: 'They waited as long as the measurement lasted. It may have been busy with other clients, or stuck; what it was can’t be seen from outside.',
    evidence: [
      groupEvidence('rate', holderOf(server, watchedGroup(server).figures.rate)),
      serverEvidence('cores', holderOf(server, server.figures.cores)),
    ],
  }));
}

/** Whether no request of the watched group was ever done. */
export function isIdle(server: ServerFacts): boolean {
  return watchedGroup(server).figures.rate?.max === 0;
}

/** Servers that ended or answered wrongly: their figures mean nothing. */
export function brokenServers({ servers }: Facts): readonly ServerFacts[] {
  return servers.filter((server) => server.failures.length > 0 || wrongErrorsOf(server).length > 0);
}

/** select(2) at the end of what it can watch. */
export function descriptorLimit({ scenario, servers }: Facts): readonly Finding[] {
  const wanted = connectionsWanted(scenario);
  const holders = servers.flatMap((server) => holderOf(server, server.figures.descriptors));
  const holdsAll = holders.filter(({ value }) => value.min > wanted);
  return holders
    .filter(({ server }) => isFull(server, scenario))
    .map((holder) => ({
      rule: 'descriptor-limit',
      title: `${holder.server.spec.name} could hold only about a thousand of ${format.number(wanted)} connections.`,
      text:
        `select(2) watches descriptors below ${format.number(SELECT_DESCRIPTORS)} and no others: its sets of descriptors have that ` +
        `size, by FD_SETSIZE. Whoever came later, good or bad, waited in the kernel's queue, unseen.` +
        (holdsAll.length === 0
          ? ''
          : ` ${format.list(holdsAll.map(({ server }) => server.spec.name))} held all of them.`),
      evidence: [`connections wanted: ${format.number(wanted)}`, serverEvidence('descriptors', [holder, ...holdsAll])],
    }));
}

/** Clients that came faster than the server accepted them. */
export function fullQueue({ servers }: Facts): readonly Finding[] {
  return servers.flatMap(({ spec, groups }) => {
    const histograms = groups.flatMap(({ loads }) => loads.map((load) => load.histograms.connect));
    const retries = histograms.reduce((sum, connect) => sum + synRetries(connect), 0);
    if (retries === 0) return [];
    const { count, maxMs } = mergeHistograms(histograms);
    return [
      {
        rule: 'full-queue',
        title: `${spec.name}'s queue of new connections was full: ${format.number(retries)} connects waited for a second SYN.`,
        text:
          'Who is not accepted yet stands in a queue of the kernel, as long as the backlog of listen(2) and ' +
          'net.core.somaxconn allow. While it is full the kernel drops the SYN of whoever comes, and a client sends it ' +
          'again after a second. So the longest times here are those seconds, not the time that the server took. Accept ' +
          'sooner, or ask for a longer queue.',
        evidence: [
          `connects that took a whole number of seconds: ${format.number(retries)} of ${format.number(count)}`,
          `longest connect: ${format.duration(maxMs)}`,
        ],
      },
    ];
  });
}

function wrongErrorsOf(server: ServerFacts): [string, number][] {
  return [...errorsOf(server)].filter(([kind]) => WRONG.includes(kind as ErrorKind));
}

/** Servers that {@link descriptorLimit} speaks of. */
export function fullServers({ scenario, servers }: Facts): readonly ServerFacts[] {
  return servers.filter((server) => isFull(server, scenario));
}

function isFull({ spec, figures: { descriptors } }: ServerFacts, scenario: Scenario): boolean {
  if (spec.kind !== 'select' || descriptors === undefined || connectionsWanted(scenario) < SELECT_DESCRIPTORS)
    return false;
  return Math.abs(descriptors.max - SELECT_DESCRIPTORS) <= FEW;
}

function connectionsWanted({ groups }: Scenario): number {
  return groups.reduce((sum, { clients }) => sum + clients, 0);
}

/** How often each kind of error came, over all rounds and groups. */
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

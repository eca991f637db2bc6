/** What went wrong: servers that ended, answers that were wrong, requests that failed, and clients that could not get in. */
import { ERROR_KINDS, type ErrorKind } from '@concurrent-primes/client/load';
import { type Facts, type ServerFacts, watchedGroup } from '../figures/facts.ts';
import * as format from '../format.ts';
import { badClients, type Finding, groupEvidence, holderOf, serverEvidence } from './finding.ts';

const WRONG: readonly ErrorKind[] = ['wrong-count', 'wrong-primes', 'unasked-bytes'];

/** The largest descriptor that select(2) can watch is one below this (FD_SETSIZE). */
const SELECT_DESCRIPTORS = 1024;

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
    Object.entries(group.with).map(([name, part]) => `${badClients(group.clients, part)} ${name}`),
  );
  const good = servers.filter((server) => errorsOf(server).size === 0 && server.failures.length === 0);
  if (bad.length === 0 || good.length === 0) return failing;
  const names = good.length === servers.length ? 'No server' : `None of ${format.list(good.map(({ spec }) => spec.name))}`;
  return [
    ...failing,
    {
      rule: 'none-failed',
      title: `${names} failed a good client's request.`,
      text: `Beside ${format.list(bad)} every answer that good clients got was whole and right. Whether they got it in time is another question.`,
      evidence: [groupEvidence('failed', good.flatMap((server) => holderOf(server, watchedGroup(server).figures.failed)))],
    },
  ];
}

/** Servers that ended or answered wrongly: their figures mean nothing. */
export function brokenServers({ servers }: Facts): readonly ServerFacts[] {
  return servers.filter((server) => server.failures.length > 0 || wrongErrorsOf(server).length > 0);
}

/** select(2) at the end of what it can watch. */
export function descriptorLimit({ scenario, servers }: Facts): readonly Finding[] {
  const wanted = scenario.groups.reduce((sum, { clients }) => sum + clients, 0);
  if (wanted < SELECT_DESCRIPTORS) return [];
  const holders = servers.flatMap((server) => holderOf(server, server.figures.descriptors));
  const holdsAll = holders.filter(({ value }) => value.min > wanted);
  return holders
    .filter(({ server, value }) => server.spec.kind === 'select' && value.max <= SELECT_DESCRIPTORS)
    .map((holder) => ({
      rule: 'descriptor-limit',
      title: `${holder.server.spec.name} could hold only about a thousand of ${format.number(wanted)} connections.`,
      text:
        `select(2) watches descriptors below ${format.number(SELECT_DESCRIPTORS)} and no others: its sets of descriptors have that ` +
        `size, by FD_SETSIZE. Whoever came later waited in the kernel's queue, unseen.` +
        (holdsAll.length === 0
          ? ''
          : ` ${format.list(holdsAll.map(({ server }) => server.spec.name))} held all of them.`),
      evidence: [
        `connections wanted: ${format.number(wanted)}`,
        serverEvidence('descriptors', [holder, ...holdsAll]),
      ],
    }));
}

function wrongErrorsOf(server: ServerFacts): [string, number][] {
  return [...errorsOf(server)].filter(([kind]) => WRONG.includes(kind as ErrorKind));
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

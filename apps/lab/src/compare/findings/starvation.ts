/**
 * Clients that hold a thread, and those who wait for one.
 *
 * A thread that serves one client with blocking calls waits whenever that client does. Once there are as many such
 * clients as threads, everybody else waits until one of them is gone, however little they want.
 */
import { memberNamed } from '@concurrent-primes/zoo';
import { type Facts, type ServerFacts, watchedGroup } from '../figures/facts.ts';
import * as format from '../format.ts';
import type { Scenario } from '../scenario.ts';
import { isClearlyAbove, ratioOf } from '../statistics.ts';
import {
  badClients,
  type Finding,
  goodClientsOf,
  groupEvidence,
  type Holder,
  holderOf,
  rankedByGroup,
} from './finding.ts';

/** Who gets so many times less is called starved. */
const STARVED_RATIO = 3;
/** These take long though they don't hold on for ever. */
const SLOW = ['slow-reader', 'slow-writer'];

/** A pool whose threads were all taken by clients that let them wait. */
export function poolStarves(facts: Facts): readonly Finding[] {
  const holding = holdingClients(facts.scenario);
  const servers = starvedServers(facts);
  return starved(facts).flatMap(({ starving, best }) => {
    const { spec } = starving.server;
    const { kind, threads = 0 } = spec;
    if (kind !== 'pool' || !servers.includes(starving.server)) return [];
    const good = goodClientsOf(watchedGroup(starving.server));
    return [
      {
        rule: 'pool-starves',
        title: `${spec.name} starved: clients that keep a thread waiting held its ${format.count(threads, 'thread')}, and everybody else stood in line.`,
        text:
          `A thread serves one client until that is done, and ${holding.names} clients are in no hurry. ` +
          `So ${threads} of them were served, and the other ${format.number(holding.count - threads)} waited together with ` +
          `${format.count(good, 'good client')}, whose times are then the slow ones' times. ` +
          `Good clients got ${ratesOf(starving, best)}.`,
        evidence: evidenceOf(
          [starving, best],
          `${threads} threads, ${format.number(holding.count)} clients that hold one`,
        ),
      },
    ];
  });
}

/** A pool that had threads left: only said beside one that had not. */
export function poolHasRoom(facts: Facts): readonly Finding[] {
  const holding = holdingClients(facts.scenario);
  const starving = starved(facts);
  if (poolStarves(facts).length === 0) return [];
  return facts.servers.flatMap((server) => {
    const { kind, name, threads = 0 } = server.spec;
    const isStarved = starving.some((pair) => pair.starving.server === server);
    const [holder] = holderOf(server, watchedGroup(server).figures.rate);
    if (kind !== 'pool' || threads <= holding.count || isStarved || holder === undefined) return [];
    return [
      {
        rule: 'pool-has-room',
        title: `${name} has a thread for each of the ${format.number(holding.count)} clients that hold one, and more.`,
        text: `They hold ${holding.count} of its ${threads} threads; the others serve whoever comes. More threads move the point where a pool starves, they don't remove it.`,
        evidence: evidenceOf([holder], `${threads} threads, ${format.number(holding.count)} clients that hold one`),
      },
    ];
  });
}

/** Anyone's server that serves much less than the others when some clients are slow: what that probably means. */
export function unknownServerStarves(facts: Facts): readonly Finding[] {
  const holding = holdingClients(facts.scenario);
  if (holding.count === 0) return [];
  return starved(facts).flatMap(({ starving, best }) => {
    const { name, kind } = starving.server.spec;
    if (kind !== 'command') return [];
    return [
      {
        rule: 'unknown-server-starves',
        title: `${name} let its good clients wait while others were slow.`,
        text:
          `Good clients got ${ratesOf(starving, best)}. ${holding.names} clients keep a server waiting ` +
          `that serves them with blocking calls; one that serves a client at a time, or only a few, then serves nobody ` +
          `else. That is the likely reason: from outside only the waiting can be seen.`,
        evidence: evidenceOf([starving, best], `${holding.count} clients that hold what serves them`),
      },
    ];
  });
}

/** Servers that {@link poolStarves} or {@link unknownServerStarves} speak of. */
export function starvedServers(facts: Facts): readonly ServerFacts[] {
  const { count } = holdingClients(facts.scenario);
  return starved(facts)
    .map(({ starving }) => starving.server)
    .filter(({ spec: { kind, threads = 0 } }) =>
      kind === 'pool' ? threads <= count : kind === 'command' && count > 0,
    );
}

/** Clients in the scenario that keep a thread waiting. */
function holdingClients({ groups }: Scenario): { readonly count: number; readonly names: string } {
  const holding = groups.flatMap((group) =>
    Object.entries(group.with)
      .filter(([name]) => SLOW.includes(name) || memberNamed(name).holds)
      .map(([name, share]) => ({ name, count: badClients(group.clients, share) })),
  );
  return {
    count: holding.reduce((sum, { count }) => sum + count, 0),
    names: format.list(holding.map(({ name, count }) => `${format.number(count)} ${name}`)),
  };
}

/** Servers whose watched clients got far less done than those of the best one. */
function starved({ servers }: Facts): { readonly starving: Holder; readonly best: Holder }[] {
  const holders = rankedByGroup(servers, 'rate');
  const best = holders.at(-1);
  if (best === undefined) return [];
  return holders
    .filter(({ value }) => isClearlyAbove(best.value, value) && ratioOf(best.value, value) >= STARVED_RATIO)
    .map((starving) => ({ starving, best }));
}

/** In a sentence that begins with who got it. */
function ratesOf(starving: Holder, best: Holder): string {
  const [few, many] = [starving, best].map(({ value }) => format.number(value.median));
  return `${few!} requests a second done from ${starving.server.spec.name}, and ${many!} from ${best.server.spec.name}`;
}

function evidenceOf(holders: readonly Holder[], first: string): string[] {
  const p99 = holders.flatMap(({ server }: { server: ServerFacts }) =>
    holderOf(server, watchedGroup(server).figures.p99),
  );
  return [first, groupEvidence('rate', holders), groupEvidence('p99', p99)];
}

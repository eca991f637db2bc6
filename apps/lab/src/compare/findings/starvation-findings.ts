/**
 * Clients that hold a thread, and clients that wait for one.
 *
 * A thread that serves one client with blocking calls waits whenever that client does. Once as many such clients are
 * connected as there are threads, all others wait until one of them has gone, however little they want.
 */
import { memberNamed } from '@concurrent-primes/zoo';
import { type Facts, type ServerFacts, watchedGroup } from '../metrics/facts.ts';
import * as format from '../sentence-format.ts';
import type { Scenario } from '../scenario.ts';
import { isThreadPerClient } from '../servers/server-spec.ts';
import { isClearlyAbove, ratioOf } from '@concurrent-primes/harness';
import { badClients, type Finding, goodClientsOf, groupEvidence, type Holder, rankedByGroup } from './finding.ts';

/** A server starves its clients if the best one completes this many times as many requests. */
const STARVED_RATIO = 3;
/** These clients hold a thread long, though not until the end. */
const SLOW = ['slow-reader', 'slow-writer'];

/** A pool whose threads were all held by clients that keep them waiting. */
export function poolStarves(facts: Facts): readonly Finding[] {
  const holding = holdingClients(facts.scenario);
  const servers = starvedServers(facts);
  return starved(facts).flatMap(({ starving, best }) => {
    const { spec } = starving.server;
    const { threads = 0 } = spec;
    if (!isThreadPerClient(spec) || !servers.includes(starving.server)) return [];
    const good = goodClientsOf(watchedGroup(starving.server));
    return [
      {
        rule: 'pool-starves',
        title: `${spec.name} starves: slow clients held its ${format.count(threads, 'thread')}, and all other clients waited.`,
        text:
          `A thread serves one client from start to end, and there were ${holding.names} clients. ` +
          `So ${threads} of them were served; the other ${format.number(holding.count - threads)} waited, and so did ` +
          `${format.count(good, 'good client')}. Good clients completed ${ratesOf(starving, best)}.`,
        evidence: evidenceOf(
          [starving, best],
          `${threads} threads, ${format.number(holding.count)} clients that hold one`,
        ),
      },
    ];
  });
}

/** A pool that had threads left; reported only together with one that had none. */
export function poolHasRoom(facts: Facts): readonly Finding[] {
  const holding = holdingClients(facts.scenario);
  const starving = starved(facts);
  if (poolStarves(facts).length === 0) return [];
  return facts.servers.flatMap((server) => {
    const { name, threads = 0 } = server.spec;
    const isStarved = starving.some((pair) => pair.starving.server === server);
    const { rate } = watchedGroup(server).metrics;
    if (!isThreadPerClient(server.spec) || threads <= holding.count || isStarved || rate === undefined) return [];
    return [
      {
        rule: 'pool-has-room',
        title: `${name} has more threads than the ${format.number(holding.count)} clients that hold one.`,
        text: `They hold ${holding.count} of its ${threads} threads; the others serve the good clients. More threads move the point where a pool starves, but don't remove it.`,
        evidence: evidenceOf([server], `${threads} threads, ${format.number(holding.count)} clients that hold one`),
      },
    ];
  });
}

/** A server of a command that completes much less than the others when some clients are slow: the likely reason. */
export function unknownServerStarves(facts: Facts): readonly Finding[] {
  const holding = holdingClients(facts.scenario);
  if (holding.count === 0) return [];
  return starved(facts).flatMap(({ starving, best }) => {
    const { name, kind } = starving.server.spec;
    if (kind !== 'command') return [];
    return [
      {
        rule: 'unknown-server-starves',
        title: `${name} lets its good clients wait while others are slow.`,
        text:
          `Good clients completed ${ratesOf(starving, best)}. A server with blocking calls waits for each of the ` +
          `${holding.names} clients; if it serves one client at a time, or only a few, it then serves no others. That ` +
          `is the likely reason, because from outside only the waiting can be seen.`,
        evidence: evidenceOf([starving, best], `${holding.count} clients that hold what serves them`),
      },
    ];
  });
}

/** Servers that {@link poolStarves} or {@link unknownServerStarves} report. */
export function starvedServers(facts: Facts): readonly ServerFacts[] {
  const { count } = holdingClients(facts.scenario);
  return starved(facts)
    .map(({ starving }) => starving.server)
    .filter(({ spec }) =>
      isThreadPerClient(spec) ? (spec.threads ?? 0) <= count : spec.kind === 'command' && count > 0,
    );
}

/** Clients of the scenario that keep a thread waiting. */
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

/** Servers whose watched clients completed far less than those of the best server. */
function starved({ servers }: Facts): { readonly starving: Holder; readonly best: Holder }[] {
  const holders = rankedByGroup(servers, 'rate');
  const best = holders.at(-1);
  if (best === undefined) return [];
  return holders
    .filter(({ value }) => isClearlyAbove(best.value, value) && ratioOf(best.value, value) >= STARVED_RATIO)
    .map((starving) => ({ starving, best }));
}

function ratesOf(starving: Holder, best: Holder): string {
  const [few, many] = [starving, best].map(({ value }) => format.number(value.median));
  return `${few!} requests a second with ${starving.server.spec.name}, and ${many!} with ${best.server.spec.name}`;
}

function evidenceOf(servers: readonly (ServerFacts | Holder)[], first: string): string[] {
  return [first, groupEvidence('rate', servers), groupEvidence('p99', servers)];
}

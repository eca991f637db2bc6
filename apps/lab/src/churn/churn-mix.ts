/**
 * The mix of clients: which kinds connect, how often, and which outcomes each causes in the server's tally.
 *
 * The choice is random, but the same in every run, so that a fault can be reproduced.
 */
import { type Interval, type Outcome, Peer, ZooVisit } from '@concurrent-primes/conformance';
import { memberNamed, ZOO, type ZooMember } from '@concurrent-primes/zoo';
import { setTimeout as delay } from 'node:timers/promises';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { HTTP_REQUEST, outcomesOfGarbage, randomGarbage, visitWithGarbage } from './garbage-visit.ts';
import { visitAndVerify } from './good-visit.ts';
import type { ReferenceAnswers } from './reference-answers.ts';

/** Kinds of clients, with their share of all connections in thousandths, and what they do. */
export const KINDS = {
  small: { perMille: 800, title: 'good: a few primes' },
  talkative: { perMille: 60, title: 'good: 2 to 5 requests on a connection' },
  wide: { perMille: 40, title: 'good: up to a million numbers' },
  slow: { perMille: 10, title: 'good: a byte every few milliseconds' },
  garbage: { perMille: 30, title: 'other protocols and no protocol' },
  zoo: { perMille: 60, title: 'misbehaving: each member of the zoo in turn' },
} as const;

/** One of {@link KINDS}. */
export type Kind = keyof typeof KINDS;

/** One client's visit, planned but not yet made. */
export interface Visit {
  readonly kind: Kind;
  /** The number of connections that it makes. */
  readonly connections: number;
  /** One entry for each exchange: the outcomes that are right for it. */
  readonly leaves: readonly (readonly Outcome[])[];
  /** Makes it; throws if the server misbehaves. */
  readonly make: (port: number) => Promise<void>;
}

/** How long clients that hold a server do so. */
const HOLD_MS = 50;
/** Pause of slow clients between two steps. */
const GAP_MS = 3;
/** Connections from one flood to the next. */
const CONNECTIONS_A_FLOOD = 10_000;
const WIDEST = 1_000_000;
const SEED = 1;
/**
 * A connection keeps its client's port busy for a minute after its end (TIME_WAIT), and an address has 28,000 ports. So
 * good clients use many addresses: on Linux, all of 127/8 is this machine (RFC 1122, section 3.2.1.3).
 */
const ADDRESSES = 64;

/** The member that opens and closes connections as fast as possible. */
const FLOOD_NAME = 'flood';

/** @param connections - total number, at least that of a flood */
export function* visitsFor(connections: number, reference: ReferenceAnswers): Generator<Visit, void> {
  const mixed = mixVisits(reference);
  const flood = zooVisit(memberNamed(FLOOD_NAME));
  let sinceFlood = Infinity;
  for (let left = connections; left > 0;) {
    const floods = sinceFlood >= CONNECTIONS_A_FLOOD && left >= flood.connections;
    const visit = floods ? flood : mixed.next().value;
    sinceFlood = floods ? 0 : sinceFlood + visit.connections;
    left -= visit.connections;
    yield visit;
  }
}

/** Plans visits of mixed kinds, without end. */
function* mixVisits(reference: ReferenceAnswers): Generator<Visit, never> {
  const random = xoroshiro128plus(SEED);
  const upTo = (most: number): number => uniformInt(random, 0, most);
  const members = ZOO.filter(({ name }) => name !== FLOOD_NAME);
  let address = 0;
  let memberIndex = 0;

  const good = (kind: Kind, intervals: readonly Interval[], gapMs?: number): Visit => {
    address = (address + 1) % ADDRESSES;
    const visit = { intervals, localAddress: `127.0.0.${address + 1}`, ...(gapMs !== undefined && { gapMs }) };
    return {
      kind,
      connections: 1,
      leaves: intervals.map(() => ['served']),
      make: (port) => visitAndVerify(port, visit, reference),
    };
  };
  const interval = (width: number): Interval => {
    const a = upTo(reference.limit - width);
    return [a, a + width];
  };
  const plan: Record<Kind, () => Visit> = {
    small: () => good('small', [interval(upTo(400))]),
    talkative: () => {
      const requests = 2 + upTo(3);
      return good(
        'talkative',
        Array.from({ length: requests }, () => interval(upTo(2000))),
      );
    },
    wide: () => good('wide', [interval(upTo(WIDEST))]),
    slow: () => good('slow', [interval(upTo(400))], GAP_MS),
    garbage: () => {
      const bytes = upTo(3) === 0 ? HTTP_REQUEST : randomGarbage(upTo);
      const leaves = outcomesOfGarbage(bytes).map((outcome) => [outcome]);
      return { kind: 'garbage', connections: 1, leaves, make: (port) => visitWithGarbage(port, bytes) };
    },
    // In sequence, so that a short run includes all of them.
    zoo: () => zooVisit(members[memberIndex++ % members.length]!),
  };

  for (;;) {
    let ticket = upTo(999);
    const kind = (Object.keys(KINDS) as Kind[]).find((name) => (ticket -= KINDS[name].perMille) < 0)!;
    yield plan[kind]();
  }
}

function zooVisit(member: ZooMember): Visit {
  const { connections, atOnce, leaves } = member;
  return {
    ...{ kind: 'zoo', connections, leaves },
    make: async (port) => {
      for (let made = 0; made < connections; made += atOnce) {
        const width = Math.min(atOnce, connections - made);
        await Promise.all(Array.from({ length: width }, () => misbehave(member, port)));
      }
    },
  };
}

async function misbehave(member: ZooMember, port: number): Promise<void> {
  const visit = new ZooVisit(member.script({ pauseMs: GAP_MS }), await Peer.connect(port));
  if (!(await visit.play())) return;
  await delay(HOLD_MS);
  await visit.play();
}

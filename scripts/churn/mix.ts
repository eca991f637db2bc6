/**
 * The mix of clients: which kinds come, how often, and what each leaves in the tally.
 *
 * The choice is random, but the same in every run: a fault that was found once can be looked for again.
 */
import type { Outcome } from '../../packages/fixtures/src/outcomes.ts';
import { ZOO, badPeerNamed } from '../../packages/fixtures/src/zoo.ts';
import { HTTP_REQUEST, outcomesOfGarbage, randomGarbage, visitWithGarbage } from './garbage.ts';
import { type GoodVisit, visitAndVerify } from './good-client.ts';
import type { Interval, Reference } from './reference.ts';

/** Kinds of clients, with their share of all connections in thousandths, and what they do. */
export const KINDS = {
  small: { perMille: 800, title: 'good: a few primes' },
  talkative: { perMille: 60, title: 'good: 2 to 5 requests on a connection' },
  wide: { perMille: 40, title: 'good: up to a million numbers' },
  slow: { perMille: 10, title: 'good: a byte every few milliseconds' },
  garbage: { perMille: 30, title: 'other protocols and no protocol' },
  zoo: { perMille: 60, title: 'each bad peer of the zoo, also those that vanish at each step' },
} as const;

/** One of {@link KINDS}. */
export type Kind = keyof typeof KINDS;

/** One client's visit, decided and not yet made. */
export interface Visit {
  readonly kind: Kind;
  /** How many connections it makes. */
  readonly connections: number;
  /** One entry for each exchange: the outcomes that are right for it. */
  readonly leaves: readonly (readonly Outcome[])[];
  /** Makes it; throws when the server did not do its part. */
  readonly make: (port: number) => Promise<void>;
}

/** How long bad peers that hold on to a server do so. */
const HOLD_MS = 50;
/** Pause of slow peers between two steps. */
const GAP_MS = 3;
/** Connections from one flood to the next. */
const CONNECTIONS_A_FLOOD = 10_000;
const WIDEST = 1_000_000;
/**
 * Each connection keeps its client's port busy for a minute after its end (TIME_WAIT), and an address has 28,000 of
 * them: so good clients come from many addresses. All of 127/8 is this machine (RFC 1122, section 3.2.1.3), on Linux
 * without being asked for.
 */
const ADDRESSES = 64;

/**
 * Decides the visits of so many connections.
 *
 * @param connections - All in all, as many as a flood makes or more.
 */
export function* visitsFor(connections: number, reference: Reference): Generator<Visit, void> {
  const mixed = mixVisits(reference);
  let sinceFlood = Infinity;
  for (let left = connections; left > 0;) {
    const floods = sinceFlood >= CONNECTIONS_A_FLOOD && left >= FLOOD.connections;
    const visit = floods ? FLOOD : mixed.next().value;
    sinceFlood = floods ? 0 : sinceFlood + visit.connections;
    left -= visit.connections;
    yield visit;
  }
}

/** Decides visits of mixed kinds, without end. */
function* mixVisits(reference: Reference): Generator<Visit, never> {
  const random = randomNumbers();
  const upTo = (most: number): number => Math.floor(random() * (most + 1));
  const badPeers = ZOO.filter((badPeer) => badPeer.name !== flood.name);
  let address = 0;
  let badPeerIndex = 0;

  const good = (kind: Kind, intervals: readonly Interval[], gapMs?: number): Visit => {
    address = (address + 1) % ADDRESSES;
    const visit: GoodVisit = {
      intervals,
      localAddress: `127.0.0.${address + 1}`,
      ...(gapMs === undefined ? {} : { gapMs }),
    };
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
  const decide: Record<Kind, () => Visit> = {
    small: () => good('small', [interval(upTo(400))]),
    talkative: () =>
      good(
        'talkative',
        Array.from({ length: 2 + upTo(3) }, () => interval(upTo(2000))),
      ),
    wide: () => good('wide', [interval(upTo(WIDEST))]),
    slow: () => good('slow', [interval(upTo(400))], GAP_MS),
    garbage: () => {
      const bytes = upTo(3) === 0 ? HTTP_REQUEST : randomGarbage(random);
      const leaves = outcomesOfGarbage(bytes).map((outcome) => [outcome]);
      return { kind: 'garbage', connections: 1, leaves, make: (port) => visitWithGarbage(port, bytes) };
    },
    zoo: () => {
      // One after the other, so that a short run meets all of them too.
      const peer = badPeers[badPeerIndex++ % badPeers.length]!;
      const make = (port: number): Promise<void> =>
        peer.visit(port, { intervalMs: GAP_MS, signal: AbortSignal.timeout(HOLD_MS) });
      return { kind: 'zoo', connections: 1, leaves: peer.leaves, make };
    },
  };

  for (;;) {
    let ticket = upTo(999);
    const kind = (Object.keys(KINDS) as Kind[]).find((name) => (ticket -= KINDS[name].perMille) < 0)!;
    yield decide[kind]();
  }
}

/** Opens and closes connections as fast as can be. */
const flood = badPeerNamed('flood');
const FLOOD: Visit = {
  kind: 'zoo',
  connections: flood.leaves.length,
  leaves: flood.leaves,
  make: (port) => flood.visit(port),
};

/** Random numbers from 0 to 1, exclusive: a linear congruential generator, whose high bits are good enough here. */
function randomNumbers(): () => number {
  let state = 1;
  return () => {
    // The constants are those of W. H. Press et al., Numerical Recipes, section 7.1.
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

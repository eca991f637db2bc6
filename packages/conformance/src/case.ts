/**
 * What a case is, and what it gets from its runner: the contract suite of `fixtures`, which starts our servers and counts
 * with them, or `lab check`, which has anyone's server and nothing but its port.
 */
import type { Peer } from './peer.ts';
import type { Interval } from './prime-wire.ts';
import type { Random } from './random.ts';

/** How an exchange can end: the words of a server's tally, as the protocol's specification lists them. */
export const OUTCOMES = [
  'served',
  'wrong-sum',
  'no-sum',
  'probe',
  'truncated-request',
  'truncated-sum',
  'trailing-garbage',
  'early-end',
  'too-slow',
  'refused-busy',
  'refused-too-slow',
  'refused-shutdown',
  'refused-too-wide',
  'shutdown',
] as const;

/** One of {@link OUTCOMES}. */
export type Outcome = (typeof OUTCOMES)[number];

/** The topics, in the order in which cases run. */
export const TOPICS = ['conversation', 'intervals', 'stream', 'concurrency', 'zoo', 'limits', 'large'] as const;
/** One of {@link TOPICS}. */
export type Topic = (typeof TOPICS)[number];

/** What is known of a server, and how thoroughly to test it. */
export interface CaseSettings {
  /** Number of clients at once, where a case has many. */
  readonly clients: number;
  /** False when the server knows no step 4: it ends after the primes. */
  readonly sum: boolean;
  /** Pause between two pieces of a message, in milliseconds: time for the server to receive them one by one. */
  readonly gapMs: number;
  /**
   * What misbehaving clients ask for: an answer that fits in the buffers of sockets, and one that doesn't. Default: what
   * shows each misbehaviour best, up to 420 MB.
   */
  readonly zooIntervals?: { readonly short: Interval; readonly long: Interval };
}

/** Right answers, from a source that the server under test doesn't share. */
export interface Oracle {
  /** Number of primes in an interval. */
  count(interval: Interval): number;
  /** Sum of the primes in an interval. */
  sum(interval: Interval): bigint;
  /** The primes of a narrow interval, some million at most. */
  primes(interval: Interval): readonly number[];
  /** The primes of any interval as they travel, 4 bytes each, in parts that are valid until the next is asked for. */
  bytes(interval: Interval): Iterable<Uint8Array> | AsyncIterable<Uint8Array>;
}

/** What a case works with. */
export interface CaseContext {
  readonly settings: CaseSettings;
  readonly oracle: Oracle;
  /** A sequence of the case's own. */
  readonly random: Random;
  /**
   * Connects, and takes the greeting if there is one; the runner closes the connection after the case.
   * @throws ConnectFailure when the server doesn't accept the connection; CaseFailure when the greeting doesn't come
   */
  readonly connect: () => Promise<Peer>;
  /** Connects without taking the greeting. */
  readonly connectOnly: () => Promise<Peer>;
  /** Whether the server greets each client with one byte. */
  readonly greeting: boolean;
  /**
   * The case says how the server must count exchanges. Runners that can't see the server's counts ignore it.
   * @param outcome - how they end; a list when more than one is right
   * @param times - number of exchanges; default 1
   */
  readonly expect: (outcome: Outcome | readonly Outcome[], times?: number) => void;
}

/** One thing that a right server does. */
export interface ConformanceCase {
  /** A name that stays the same, for command lines and programs. */
  readonly name: string;
  readonly topic: Topic;
  /** Completes "the server ...", in at most 46 characters. */
  readonly title: string;
  /** Names of the cases without which this one makes no sense. */
  readonly needs: readonly string[];
  /** True when the case needs a server that reads sums. */
  readonly needsSum?: boolean;
  /** The widest interval that the case asks for, where it is wide. */
  readonly widest?: Interval;
  /** True when the case asks for all primes of int32, which takes long. */
  readonly isHuge?: boolean;
  /** Number of clients that stay connected at once; default 1. */
  readonly clientsAtOnce?: number;
  /** Time limit of the case, in multiples of the usual one; default 1. */
  readonly timeFactor?: number;
  /**
   * Runs the case.
   * @throws CaseFailure when the server does it wrong
   */
  readonly run: (context: CaseContext) => Promise<void>;
}

/**
 * Puts cases together that need a right answer first, unless they say what else they need.
 * @param topic - topic of all of them
 * @param cases - the cases without it
 */
export function aboutTopic(
  topic: Topic,
  cases: readonly (Omit<ConformanceCase, 'topic' | 'needs'> & { readonly needs?: readonly string[] })[],
): readonly ConformanceCase[] {
  return cases.map((each) => ({ needs: ['answer'], ...each, topic }));
}

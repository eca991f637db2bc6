/**
 * What a run is told: plain data, so that it crosses threads and is written as JSON.
 *
 * A **request** is one exchange, from the moment it is due to the last byte of the sum. In a **closed** loop a client
 * makes its next request when its last one is done, so a slow server receives fewer requests. In an **open** loop
 * requests are due on a schedule, whatever the server does. A request that has to wait for a free connection is late
 * from the moment it was due: latency that counts from when it was sent hides that wait (coordinated omission, Gil Tene).
 *
 * Times are milliseconds, rates are requests a second.
 */
import type { Interval } from '@concurrent-primes/protocol';
import type { SelectorKind } from '@concurrent-primes/sockets';
import type { VerifierModule } from './answer-verifier.ts';

/** The intervals that clients ask for. One seed gives the same intervals in every run, in any number of threads. */
export type IntervalDistribution =
  | {
      /** Client i always asks for `first`, moved up by i steps. In an open loop i is the number of the request. */
      readonly kind: 'step';
      readonly first: Interval;
      readonly step: number;
    }
  | {
      /** Every request asks for the same interval. */
      readonly kind: 'fixed';
      readonly interval: Interval;
    }
  | {
      /** Every position inside `within` is equally likely. */
      readonly kind: 'uniform';
      readonly within: Interval;
      /** Number of integers in each interval. */
      readonly width: number;
    }
  | {
      /** A few intervals are popular: the k-th interval of `within` has probability ~ 1 / k^exponent. */
      readonly kind: 'zipf';
      readonly within: Interval;
      /** Number of integers in each interval. */
      readonly width: number;
      /** Above 0; the larger, the more popular the first intervals are. */
      readonly exponent: number;
    }
  | {
      /** Several distributions, such as small and huge intervals, each with its share of the requests. */
      readonly kind: 'mix';
      readonly parts: readonly {
        /** Weight, above 0: the shares are divided by their sum. */
        readonly share: number;
        readonly intervals: Exclude<IntervalDistribution, { readonly kind: 'mix' }>;
      }[];
    };

/** What decides when a request is made. */
export type LoadModel =
  | {
      /** The clients: each makes its next request when its last one is done. */
      readonly kind: 'closed';
      /** Number of clients, misbehaving ones included. */
      readonly clients: number;
    }
  | {
      /** A schedule. */
      readonly kind: 'open';
      /** Requests that fall due in a second. */
      readonly rate: number;
      /** Connections at once, those of misbehaving clients included; due requests beyond that wait for one. */
      readonly maxClients: number;
    };

/** Misbehaving clients among the good ones. */
export interface MisbehavingShare {
  /** A member of the zoo, such as `slow-reader`. */
  readonly name: string;
  /** Share of all clients, above 0 and below 1; rounded to whole clients, at least one. */
  readonly share: number;
}

/** What to run. */
export interface LoadPlan {
  /** Name or address of the server. */
  readonly host: string;
  readonly port: number;
  readonly model: LoadModel;
  /** Number of threads that share the clients. */
  readonly threads: number;
  /** Measured time; undefined: until `requests` are done. */
  readonly durationMs?: number | undefined;
  /** Number of requests to measure; undefined: as many as `durationMs` allows. With both, the first to be reached ends the run. */
  readonly requests?: number | undefined;
  /** Load before the measured time. */
  readonly warmupMs: number;
  /**
   * The rate (open) or the number of good clients (closed) changes linearly from one value to the other over
   * `durationMs`, which must be given. During the warm-up it stays at `from`. Neither value may exceed the model's.
   */
  readonly ramp?: { readonly from: number; readonly to: number } | undefined;
  /** Random seed, uint32. */
  readonly seed: number;
  readonly intervals: IntervalDistribution;
  /** Many requests on one connection, instead of a connection for each request. */
  readonly keepAlive: boolean;
  /** The server greets with one byte. */
  readonly greeting: boolean;
  /** Send the sum. Without it each request needs a connection of its own. */
  readonly sendSum: boolean;
  /** Misbehaving clients. */
  readonly with: readonly MisbehavingShare[];
  /** Compares each answer byte by byte. Without it only N, order and bounds are checked. */
  readonly verify?: VerifierModule | undefined;
  /**
   * What waits for the connections. Default: `select` for an open loop, because it counts in microseconds, with at most 800
   * connections; otherwise `epoll`, or `poll` where there is none. A process with 1,000 other descriptors can't use `select`.
   */
  readonly selector?: SelectorKind | undefined;
  /** Time after which a request that was sent is given up. Default: never. */
  readonly timeoutMs?: number | undefined;
  /** Time that requests under way at the end of the measured time have to finish. Default: 1000. */
  readonly drainMs?: number | undefined;
  /** Time that a point of the timeline covers, a multiple of 100. Default: 1000. */
  readonly timelineMs?: number | undefined;
}

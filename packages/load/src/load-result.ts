/** What a run returns: plain data. Times are milliseconds, rates are requests a second. */
import type { EncodedHistogram, Summary } from './histogram.ts';
import type { LoadPlan } from './load-plan.ts';

/** The parts of a request's time that are measured. */
export const LATENCY_PARTS = ['connect', 'count', 'lastPrime', 'done', 'uncorrected'] as const;

/** One of {@link LATENCY_PARTS}. */
export type LatencyPart = (typeof LATENCY_PARTS)[number];

/**
 * A value for each part of a request's time. All parts but `connect` begin when the request was due. In a closed loop
 * that is when the client began it, by connecting or, on a kept connection, by sending.
 *
 * - `connect`: until the connection was made; one value for each connection
 * - `count`: until N arrived
 * - `lastPrime`: until the last prime arrived
 * - `done`: until the sum was sent. A request still under way when the run ends counts with the time it has waited, so
 *   that a client that is never served shows
 * - `uncorrected`: as `done`, but from when the client began; what tools report that ignore when requests were due
 */
export type Latencies<T> = Readonly<Record<LatencyPart, T>>;

/** A piece of the run. */
export interface TimelinePoint {
  /** Its end, since the start of the measured time. */
  readonly atMs: number;
  /** Good requests done. */
  readonly requests: number;
  readonly errors: number;
  /** Of `done`; 0 without requests. */
  readonly p50Ms: number;
  /** Of `done`; 0 without requests. */
  readonly p99Ms: number;
  /** Bytes that good clients received. */
  readonly bytes: number;
}

/** Visits of one kind of misbehaving client. */
export interface MisbehavingResult {
  /** Number of clients of this kind. */
  readonly clients: number;
  /** Connections made and ended, or held until the end. */
  readonly visits: number;
  /** Visits in which the server refused, ended early or broke the protocol. */
  readonly errors: number;
}

/** Cost of the client itself: a client at its limit measures itself. */
export interface ClientCost {
  /** CPU time of the client's threads in the measured time. */
  readonly cpuMs: number;
  /** Share of the measured time in which the busiest thread did not sleep in its selector, 0 to 1. At 1 the client is the limit. */
  readonly busy: number;
  /** Open loop: longest delay between due time and start of a request for which a connection was free. */
  readonly lateMs: number;
}

/** The result of a run. */
export interface LoadResult {
  /** Version of this shape; it grows when a field changes its meaning or is removed. */
  readonly version: 1;
  readonly plan: LoadPlan;
  /** Whether the signal ended the run early. */
  readonly interrupted: boolean;
  /** Measured time, without warm-up and drain. */
  readonly elapsedMs: number;
  /** Good requests done after the warm-up. */
  readonly requests: number;
  /** Good requests under way, or due and not begun, when the run ended. */
  readonly unfinished: number;
  /**
   * Requests that were sent again on a new connection, each once, because the server had closed the kept one between two
   * answers. They count as done or failed by how the second try ended, with the time of both.
   */
  readonly resent: number;
  /** Good requests that failed after the warm-up, by kind: a name of {@link ErrorKind}. */
  readonly errors: Readonly<Record<string, number>>;
  /** Of the requests done in the measured time. */
  readonly requestsPerSecond: number;
  /** Received by good clients in the measured time. */
  readonly bytes: number;
  readonly latency: Latencies<Summary>;
  /** Requests done by each good client, for fairness; empty in an open loop, where requests have no client. */
  readonly perClient: readonly number[];
  /** The measured time in pieces. */
  readonly timeline: readonly TimelinePoint[];
  /** Requests done after the measured time; timeline and drain add up to the totals. Undefined if there were none. */
  readonly drain?: TimelinePoint | undefined;
  /** By name of the zoo. */
  readonly misbehaving: Readonly<Record<string, MisbehavingResult>>;
  readonly client: ClientCost;
  readonly histograms: Latencies<EncodedHistogram>;
}

/** Why a good client's request failed. */
export const ERROR_KINDS = {
  'connect-refused': 'nothing listens on the port',
  'connect-failed': 'the connection failed for another reason',
  'out-of-descriptors': 'this process or machine has no free descriptor',
  'out-of-ports': 'this machine has no free local port',
  reset: 'the server reset the connection',
  'early-end': 'the server ended before the answer was complete',
  timeout: 'the request took longer than the time limit',
  'refused-busy': "the server's connection limit was reached",
  'refused-too-slow': 'the rest of the request did not arrive in time',
  'refused-shutting-down': 'the server was shutting down',
  'refused-too-wide': 'the interval is wider than the server allows',
  'wrong-greeting': 'the first byte was not the greeting',
  'wrong-count': 'N was not the number of primes in the interval',
  'wrong-primes': 'the primes were not those of the interval, in order',
  'unasked-bytes': 'bytes arrived that belong to no answer',
} as const;

/** One of {@link ERROR_KINDS}. */
export type ErrorKind = keyof typeof ERROR_KINDS;

/**
 * What a run under load is told, and what it tells: plain data both, so that they cross threads and are written as
 * JSON.
 *
 * Words: a **request** is one exchange, from the moment it is due to the sum's last byte. In a **closed** loop a client
 * makes its next request when its last is done, so a slow server is asked less. In an **open** loop requests are due on
 * a schedule whatever the server does, as they are when strangers come. There a request that has to wait for its turn
 * is late from the moment it was due: to count only from when it was sent hides the wait (coordinated omission, Gil
 * Tene).
 *
 * Times are milliseconds, rates are requests a second.
 */
import type { Interval } from '@concurrent-primes/protocol';

/** Where the intervals that are asked for come from. With one seed they are the same in each run, in any number of threads. */
export type IntervalDistribution =
  | {
      /** The lecture's: client i always asks for `first`, moved up by i steps. In an open loop i counts the requests. */
      readonly kind: 'step';
      readonly first: Interval;
      readonly step: number;
    }
  | {
      /** The same for everybody, always. */
      readonly kind: 'fixed';
      readonly interval: Interval;
    }
  | {
      /** Any place inside of `within` is as likely as any other. */
      readonly kind: 'uniform';
      readonly within: Interval;
      /** How many integers each interval has. */
      readonly width: number;
    }
  | {
      /** A few places are asked for again and again: the k-th interval of `within` has probability ~ 1 / k^exponent. */
      readonly kind: 'zipf';
      readonly within: Interval;
      /** How many integers each interval has. */
      readonly width: number;
      /** Above 0; the larger, the more the first places are preferred. */
      readonly exponent: number;
    }
  | {
      /** Some of this, some of that: small and huge intervals, each with its share of the requests. */
      readonly kind: 'mix';
      readonly parts: readonly {
        /** Weight, above 0: the shares are divided by their sum. */
        readonly share: number;
        readonly intervals: Exclude<IntervalDistribution, { readonly kind: 'mix' }>;
      }[];
    };

/** Who decides when a request is made. */
export type LoadModel =
  | {
      /** The clients do: each makes its next request when its last is done. */
      readonly kind: 'closed';
      /** How many clients, the misbehaving ones among them. */
      readonly clients: number;
    }
  | {
      /** A schedule does. */
      readonly kind: 'open';
      /** Requests that fall due in a second. */
      readonly rate: number;
      /** Connections at once, those of misbehaving clients among them; what is due beyond that waits for one. */
      readonly maxClients: number;
    };

/** Clients of the zoo among the others. */
export interface MisbehavingShare {
  /** A member of the zoo, such as `slow-reader`. */
  readonly name: string;
  /** Of all clients, above 0 and below 1; rounded to whole clients, at least one. */
  readonly share: number;
}

/** What compares answers: a module, because each thread needs it. */
export interface VerifierModule {
  /** URL of a module that exports `createVerifier`, a {@link CreateVerifier}. */
  readonly module: string;
  /** Given to `createVerifier`; anything that can be posted to a thread. */
  readonly options: unknown;
}

/** Makes the verifier of one thread. */
export type CreateVerifier = (options: unknown) => AnswerVerifier | Promise<AnswerVerifier>;

/** Knows the right answers. */
export interface AnswerVerifier {
  /**
   * Begins to compare an answer; many are under way at once.
   *
   * @param a - lower bound, int32
   * @param b - upper bound, int32
   */
  begin(a: number, b: number): ExpectedAnswer;
}

/** A right answer, as a cursor. */
export interface ExpectedAnswer {
  /** N. */
  readonly count: number;
  /**
   * Compares the next bytes of step 3, and moves on. When all are right, so is the sum that the client makes of them.
   *
   * @param bytes - what came: int32, big-endian, cut anywhere; valid during the call. Never more than 4N in all
   * @returns whether they are right
   */
  matches(bytes: Uint8Array): boolean;
}

/** What to run. */
export interface LoadPlan {
  /** Name or address of the server. */
  readonly host: string;
  readonly port: number;
  readonly model: LoadModel;
  /** Threads that the clients are spread over. */
  readonly threads: number;
  /** How long to measure; undefined: until `requests` are done. */
  readonly durationMs?: number | undefined;
  /** How many requests to measure; undefined: as many as `durationMs` allows. With both, what comes first ends it. */
  readonly requests?: number | undefined;
  /** Load before the measuring begins. */
  readonly warmupMs: number;
  /**
   * The rate (open), or the good clients (closed), go in a straight line from one to the other over `durationMs`, which
   * is needed then; before, in the warm-up, they stay at `from`. Neither may be above what the model says.
   */
  readonly ramp?: { readonly from: number; readonly to: number } | undefined;
  /** Of all that is drawn by chance, uint32. */
  readonly seed: number;
  readonly intervals: IntervalDistribution;
  /** Many requests on one connection, or one on each. */
  readonly keepAlive: boolean;
  /** The server greets with one byte. */
  readonly greeting: boolean;
  /** Send the sum; without, each request needs a connection of its own. */
  readonly sendSum: boolean;
  /** Misbehaving clients among the good ones. */
  readonly with: readonly MisbehavingShare[];
  /** Compare each answer, byte by byte. Without, only what needs no primes is checked: N, order, bounds. */
  readonly verify?: VerifierModule | undefined;
  /** A request that is not done so long after it was sent is given up. Default: never. */
  readonly timeoutMs?: number | undefined;
  /** How long requests that are under way at the end may take to come to theirs. Default: 1000. */
  readonly drainMs?: number | undefined;
  /** How much time a point of the timeline stands for, a multiple of 100. Default: 1000. */
  readonly timelineMs?: number | undefined;
}

/** A distribution of times, in a few numbers. All are 0 when `count` is. */
export interface Summary {
  /** How many times there are. */
  readonly count: number;
  readonly meanMs: number;
  readonly p50Ms: number;
  readonly p90Ms: number;
  readonly p99Ms: number;
  /** The 99.9th percentile. */
  readonly p999Ms: number;
  /** The 99.99th percentile. */
  readonly p9999Ms: number;
  readonly maxMs: number;
}

/**
 * A histogram in full: a bucket is told by the highest time that falls into it, which is at most 0.1 % above the
 * lowest. Histograms are merged by adding counts, never by averaging percentiles.
 */
export interface EncodedHistogram {
  /** Of the buckets that are not empty, ascending. */
  readonly upToMs: readonly number[];
  /** How many times are in each. */
  readonly counts: readonly number[];
  /** Sum of all times, before they were put into buckets. */
  readonly sumMs: number;
  /** The longest time, not rounded. */
  readonly maxMs: number;
}

/** The parts of a request's time that are measured. */
export const LATENCY_PARTS = ['connect', 'count', 'lastPrime', 'done', 'uncorrected'] as const;

/** One of {@link LATENCY_PARTS}. */
export type LatencyPart = (typeof LATENCY_PARTS)[number];

/**
 * One of something for each part of a request's time. All but `connect` begin when the request was due. In a closed
 * loop that is when the client began it, by connecting or, on a connection that stands, by sending it.
 *
 * - `connect`: making a connection; one for each connection
 * - `count`: until N was there
 * - `lastPrime`: until the last prime was there
 * - `done`: until the sum was sent. A request that was still under way when the run ended counts with the time it had
 *   waited, so that a client that is never served can't hide
 * - `uncorrected`: as `done`, from when the client began: what a tool reports that doesn't know when requests were due
 */
export type Latencies<T> = Readonly<Record<LatencyPart, T>>;

/** A piece of the run. */
export interface TimelinePoint {
  /** Its end, since the measuring began. */
  readonly atMs: number;
  /** Good requests that were done in it. */
  readonly requests: number;
  readonly errors: number;
  /** Of `done`; 0 without requests. */
  readonly p50Ms: number;
  /** Of `done`; 0 without requests. */
  readonly p99Ms: number;
  /** Bytes that good clients received in it. */
  readonly bytes: number;
}

/** What came of the visits of one kind of misbehaving client. */
export interface MisbehavingResult {
  /** How many clients did it. */
  readonly clients: number;
  /** Connections made and ended, or held until the end. */
  readonly visits: number;
  /** Visits in which the server did not do its part: it refused, ended early, broke the protocol. */
  readonly errors: number;
}

/** How the client itself did: a client at its limit measures itself. */
export interface ClientCost {
  /** CPU time that the client's threads used in the measured time. */
  readonly cpuMs: number;
  /** Share of the measured time that the busiest thread did not sleep in its selector, 0 to 1. At 1 the client is the limit. */
  readonly busy: number;
  /** Open loop: the longest that a request was begun after it was due though a connection was free for it. */
  readonly lateMs: number;
}

/** What came of a run. */
export interface LoadResult {
  /** Version of this shape; it grows when a field changes its meaning or goes. */
  readonly version: 1;
  readonly plan: LoadPlan;
  /** The signal ended it before its time. */
  readonly interrupted: boolean;
  /** Measured time, without warm-up and drain. */
  readonly elapsedMs: number;
  /** Good requests that were done after the warm-up. */
  readonly requests: number;
  /** Good requests still under way, or due and not begun, when the run ended. */
  readonly unfinished: number;
  /** Good clients' requests that failed after the warm-up, by kind: a name of {@link ErrorKind}. */
  readonly errors: Readonly<Record<string, number>>;
  /** Of those that were done in the measured time. */
  readonly requestsPerSecond: number;
  /** Received by good clients in the measured time. */
  readonly bytes: number;
  readonly latency: Latencies<Summary>;
  /** Requests done by each good client, for fairness; empty in an open loop, where requests have no client. */
  readonly perClient: readonly number[];
  /** The measured time, in pieces. */
  readonly timeline: readonly TimelinePoint[];
  /** What was done after the measured time: with it the timeline's requests and errors add up. Undefined: nothing was. */
  readonly drain?: TimelinePoint | undefined;
  /** By name of the zoo. */
  readonly misbehaving: Readonly<Record<string, MisbehavingResult>>;
  readonly client: ClientCost;
  readonly histograms: Latencies<EncodedHistogram>;
}

/** How far a run is. */
export interface LoadSnapshot {
  /** Where it stands. */
  readonly phase: 'warmup' | 'measure' | 'drain';
  /** Since the phase began. */
  readonly elapsedMs: number;
  /** Good requests done since the measuring began. */
  readonly requests: number;
  /** Good requests failed since the measuring began. */
  readonly errors: number;
  /** Of the last second. */
  readonly requestsPerSecond: number;
  /** `done` of the last second. */
  readonly p99Ms: number;
}

/** Why a good client's request failed. */
export const ERROR_KINDS = {
  'connect-refused': 'nobody listened',
  'connect-failed': 'the connection could not be made for another reason',
  'out-of-descriptors': 'this process or machine had no descriptor left',
  'out-of-ports': 'this machine had no local port left',
  reset: 'the server broke the connection off',
  'early-end': 'the server ended before the answer was whole',
  timeout: 'the request took longer than the time limit',
  'refused-busy': 'all places were taken',
  'refused-too-slow': 'the rest of the request did not come in time',
  'refused-shutting-down': 'the server was shutting down',
  'refused-too-wide': 'the interval is wider than the server allows',
  'wrong-greeting': 'the first byte was no greeting',
  'wrong-count': 'N was not the number of primes in the interval',
  'wrong-primes': 'the primes were not those of the interval, in order',
  'unasked-bytes': 'bytes came that belong to no answer',
} as const;

/** One of {@link ERROR_KINDS}. */
export type ErrorKind = keyof typeof ERROR_KINDS;

/** Options of a run. */
export interface RunLoadOptions {
  /** Ends the run when it aborts; the result is what was measured until then. */
  readonly signal?: AbortSignal;
  /** Is told how far the run is, about five times a second. */
  readonly onProgress?: (snapshot: LoadSnapshot) => void;
}

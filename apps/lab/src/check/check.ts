/** What a check is, what it gets, and what comes of it. */
import type { CaseContext, CaseSettings, Topic } from '@concurrent-primes/conformance';
import type { ConnectionTimeline } from './timeline.ts';
import type { TranscriptLine } from './transcript.ts';

/** What can be told about a server, and how thoroughly it is to be checked. */
export interface CheckSettings {
  /** Chooses the random intervals. */
  readonly seed: number;
  /** The longest silence of the server, in milliseconds. */
  readonly timeoutMs: number;
  /** How many clients come at once where many do. */
  readonly clients: number;
  /** False when the server knows no step 4: it ends after the primes. */
  readonly sum: boolean;
  /** The server greets with `x`. */
  readonly greeting: boolean;
  /** No interval has more integers than this; undefined: any may. */
  readonly maxWidth: number | undefined;
  /** Ask for all primes of int32, 420 MB. */
  readonly full: boolean;
}

/** What a check works with. */
export interface CheckContext extends CaseContext {
  readonly settings: CheckSettings & CaseSettings;
}

/** One thing that a right server does. */
export interface Check {
  /** Stays the same, for `--only` and for programs. */
  readonly name: string;
  readonly group: Topic;
  /** Completes "the server ...", in at most 46 characters. */
  readonly title: string;
  /** Names of the checks without which this one makes no sense. */
  readonly needs?: readonly string[];
  /** Names the option for which it is left out, such as `with --no-sum`; undefined when it is not. */
  readonly unless?: (settings: CheckSettings) => string | undefined;
  /** Time limit of the check, in multiples of the usual one; default 1. */
  readonly timeFactor?: number;
  /**
   * Does it.
   *
   * @throws CheckFailure when the server does it wrong; CheckSkipped when it can't be told
   */
  readonly run: (context: CheckContext) => Promise<void>;
}

/** What is wrong, with the evidence. */
export interface ReportedFailure {
  /** A word for it that stays the same, such as `byte-order`. */
  readonly diagnosis: string;
  readonly what: string;
  readonly hint: string;
  /** What passed over the connection. */
  readonly transcript: readonly TranscriptLine[];
  /** When it passed, a timeline for each connection. */
  readonly timelines: readonly ConnectionTimeline[];
  /** The last lines that a server of ours to start has printed; `''` when unknown. */
  readonly serverOutput: string;
}

/** What came of one check. */
export type Verdict =
  | { readonly status: 'passed' }
  | { readonly status: 'failed'; readonly failure: ReportedFailure }
  | { readonly status: 'skipped'; readonly reason: string };

/** A check, and what came of it. */
export type CheckResult = Verdict & {
  readonly name: string;
  readonly group: Topic;
  readonly title: string;
  readonly elapsedMs: number;
};

/** What came of all of them. */
export interface CheckReport {
  /** The server's `host:port`, or the command that starts it. */
  readonly target: string;
  readonly seed: number;
  readonly results: readonly CheckResult[];
  /** Checks that the options rule out, each with the option, such as `with --no-sum`. */
  readonly leftOut: readonly { readonly name: string; readonly reason: string }[];
  readonly elapsedMs: number;
  /** The user ended it before its end. */
  readonly interrupted: boolean;
}

export function countResults({ results }: Pick<CheckReport, 'results'>): Record<CheckResult['status'], number> {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for (const { status } of results) counts[status]++;
  return counts;
}

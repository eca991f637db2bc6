/** How a case fails: facts only. What they probably mean, `lab check` says. */
import type { Peer, Stop } from './peer.ts';
import type { Interval } from './prime-wire.ts';

/** What makes an exchange special, so that a wrong answer means more than a wrong answer. */
export interface Situation {
  /** A word that stays the same, such as `request-in-pieces`. */
  readonly name: string;
  /** What happened, in words that complete the sentence of the situation. */
  readonly how?: string;
  /** The misbehaving client, by its name in the zoo. */
  readonly misbehaving?: string;
  /** A number that belongs to it, such as the client's. */
  readonly number?: number;
}

/** What was asked and what came. */
export interface AnswerEvidence {
  readonly interval: Interval;
  /** The right primes. */
  readonly expected: readonly number[];
  /** All bytes of the answer from N on, at most the expected ones and a few more. */
  readonly bytes: Uint8Array;
  /** Why no more came. */
  readonly stop: Stop;
  /** The longest silence, in milliseconds. */
  readonly timeoutMs: number;
}

/** What was seen of a server that does something wrong. */
export type Evidence =
  | ({ readonly kind: 'answer'; readonly situation: Situation | undefined } & AnswerEvidence)
  /** Bytes after the whole answer. */
  | { readonly kind: 'extra-bytes'; readonly count: number }
  | { readonly kind: 'never-closes'; readonly timeoutMs: number }
  | ({ readonly kind: 'no-greeting' } & Pick<AnswerEvidence, 'bytes' | 'stop' | 'timeoutMs'>)
  | { readonly kind: 'not-accepted'; readonly situation: Situation; readonly code: string }
  /** N of an answer that is too long to keep; `bytes` are at most N. */
  | ({ readonly kind: 'long-count'; readonly count: number } & Omit<AnswerEvidence, 'expected'>)
  /** The primes of such an answer, after `bytesRead` right or wrong bytes. */
  | {
      readonly kind: 'long-cut-short';
      readonly interval: Interval;
      readonly count: number;
      readonly bytesRead: number;
      readonly stop: Stop;
      readonly timeoutMs: number;
    }
  | {
      readonly kind: 'long-wrong';
      readonly interval: Interval;
      /** Index of the wrong number. */
      readonly index: number;
      readonly expected: number;
      readonly got: number;
    };

/** A connection that is evidence of a failure. */
export interface Witness {
  /** Its client, when there are several: `the idle client`. */
  readonly who: string;
  readonly peer: Peer;
}

/** The server has done something wrong. */
export class CaseFailure extends Error {
  override readonly name = 'CaseFailure';
  readonly evidence: Evidence;
  /** Where it was seen, if there was a connection. */
  readonly peer: Peer | undefined;
  /** Other connections that are evidence, in the order of events. */
  readonly witnesses: readonly Witness[];

  constructor(evidence: Evidence, peer?: Peer, witnesses: readonly Witness[] = []) {
    super(describe(evidence));
    this.evidence = evidence;
    this.peer = peer;
    this.witnesses = witnesses;
  }

  /**
   * The same failure, seen beside another connection.
   * @param who - the client of the other connection
   * @param peer - the other connection, on which nothing failed
   */
  beside(who: string, peer: Peer): CaseFailure {
    return new CaseFailure(this.evidence, this.peer, [{ who, peer }, ...this.witnesses]);
  }
}

function describe(evidence: Evidence): string {
  switch (evidence.kind) {
    case 'answer': {
      const { interval, expected, bytes, stop, situation } = evidence;
      const where = situation === undefined ? '' : ` (${[situation.name, situation.how].filter(Boolean).join(': ')})`;
      const hex = Buffer.from(bytes.subarray(0, 32)).toString('hex');
      return `asked for [${interval.join(', ')}]${where}: expected N = ${expected.length} and the primes, got ${bytes.length} bytes (${hex}), then ${stop}`;
    }
    case 'long-wrong':
      return `asked for [${evidence.interval.join(', ')}]: expected ${evidence.expected} as number ${evidence.index + 1}, got ${evidence.got}`;
    default:
      return JSON.stringify(evidence);
  }
}

/** How a check fails: the diagnosis, and the transcripts that show it. */
import type { Peer, Witness } from '@concurrent-primes/conformance';
import { Transcript, type TranscriptLine } from './transcript.ts';

/** What is wrong with a server, for a person and for a program. */
export interface Diagnosis {
  /** A word that stays the same, such as `byte-order`. */
  readonly name: string;
  /** What was seen: facts only. */
  readonly what: string;
  /** What it probably means, and what to do about it. */
  readonly hint: string;
  /** Index of the byte of the answer, N included, that shows it. */
  readonly focus?: number;
}

/** A check has failed. */
export class CheckFailure extends Error {
  override readonly name = 'CheckFailure';
  readonly diagnosis: Diagnosis;
  readonly #peer: Peer | undefined;
  readonly #witnesses: readonly Witness[];

  /**
   * @param diagnosis - what is wrong
   * @param peer - connection where it was seen, if there was one
   * @param witnesses - other connections that are evidence, in the order of events
   */
  constructor(diagnosis: Diagnosis, peer?: Peer, witnesses: readonly Witness[] = []) {
    super(diagnosis.what);
    this.diagnosis = diagnosis;
    this.#peer = peer;
    this.#witnesses = witnesses;
  }

  /** What passed, connection by connection; the connection that shows the failure stands last. */
  transcript(): TranscriptLine[] {
    const own = linesOf(this.#peer, this.diagnosis.focus);
    if (this.#witnesses.length === 0) return own;
    return [
      ...this.#witnesses.flatMap(({ who, peer }) => [headOf(who), ...linesOf(peer)]),
      ...(own.length === 0 ? [] : [headOf('the client that should be served'), ...own]),
    ];
  }
}

/** The check can't tell whether the server does it; the message begins with `because`. */
export class CheckSkipped extends Error {
  override readonly name = 'CheckSkipped';
}

function linesOf(peer: Peer | undefined, focus?: number): TranscriptLine[] {
  return peer?.observer instanceof Transcript ? peer.observer.lines(focus) : [];
}

function headOf(who: string): TranscriptLine {
  return { from: '', hex: '', meaning: `${who}:` };
}

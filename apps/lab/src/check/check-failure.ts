/** How a check fails: the diagnosis, and the transcripts that show it. */
import type { Peer, Witness } from '@concurrent-primes/conformance';
import type { ServerCall } from '../watch/strace/connection-calls.ts';
import { type ConnectionTimeline, sinceTheFirst } from './timeline.ts';
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

/** The server's system calls for the client with this port. */
export type CallsOf = (port: number) => readonly ServerCall[];

/** How the connection that shows the failure is called beside others. */
const SERVED = 'the client that should be served';

/** A check has failed. */
export class CheckFailure extends Error {
  override readonly name = 'CheckFailure';
  readonly diagnosis: Diagnosis;
  readonly #peer: Peer | undefined;
  readonly #witnesses: readonly Witness[];
  readonly #atMs = performance.now();

  /** @param witnesses - other connections that are evidence, in the order of events */
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
      ...(own.length === 0 ? [] : [headOf(SERVED), ...own]),
    ];
  }

  /**
   * When it passed, connection by connection, in the order of {@link CheckFailure.transcript}.
   *
   * @param callsOf - returns the server's calls for the client with this port; default: they aren't known
   */
  timelines(callsOf?: CallsOf): ConnectionTimeline[] {
    const own = timelineOf(this.#witnesses.length === 0 ? '' : SERVED, this.#peer, this.#atMs, callsOf);
    const others = this.#witnesses.flatMap(({ who, peer }) => timelineOf(who, peer, this.#atMs, callsOf));
    return sinceTheFirst([...others, ...own]);
  }
}

/** The check can't tell whether the server does it; the message begins with `because`. */
export class CheckSkipped extends Error {
  override readonly name = 'CheckSkipped';
}

function linesOf(peer: Peer | undefined, focus?: number): TranscriptLine[] {
  return peer?.observer instanceof Transcript ? peer.observer.lines(focus) : [];
}

function timelineOf(
  who: string,
  peer: Peer | undefined,
  untilMs: number,
  callsOf: CallsOf | undefined,
): ConnectionTimeline[] {
  if (!(peer?.observer instanceof Transcript)) return [];
  // The client closes after the check.
  const happenings = peer.observer.timeline.happenings.filter(({ atMs }) => atMs <= untilMs);
  if (happenings.length === 0) return [];
  // What the server does once the client has closed is no evidence.
  const calls = callsOf?.(peer.localPort).filter(({ atMs }) => atMs <= untilMs);
  return [{ who, happenings, untilMs, ...(calls !== undefined && { calls }) }];
}

function headOf(who: string): TranscriptLine {
  return { from: '', hex: '', meaning: `${who}:` };
}

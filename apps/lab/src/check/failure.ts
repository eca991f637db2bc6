/** What a check says when it has failed. */
import type { Connection } from './connection.ts';
import type { TranscriptLine } from './transcript.ts';

/** What is wrong with a server, for a person and for a program. */
export interface Diagnosis {
  /** A word for it that stays the same, such as `byte-order`. */
  readonly name: string;
  /** What was seen: facts only. */
  readonly what: string;
  /** What it probably means, and what to do about it. */
  readonly hint: string;
  /** The byte of the answer, N included, that shows it. */
  readonly focus?: number;
}

/** A connection on which something was seen. */
interface Witness {
  /** Whose it is, when there are several: `the idle client`. */
  readonly who: string;
  readonly connection: Connection;
}

/** A check has failed. */
export class CheckFailure extends Error {
  override name = 'CheckFailure';
  readonly diagnosis: Diagnosis;
  readonly #connection: Connection | undefined;
  readonly #others: readonly Witness[];

  /**
   * @param diagnosis - what is wrong
   * @param connection - where it was seen, if there was one
   * @param others - connections that had to do with it, in the order of events
   */
  constructor(diagnosis: Diagnosis, connection?: Connection, others: readonly Witness[] = []) {
    super(diagnosis.what);
    this.diagnosis = diagnosis;
    this.#connection = connection;
    this.#others = others;
  }

  /** Whether other connections are part of the evidence. */
  get hasOthers(): boolean {
    return this.#others.length > 0;
  }

  /**
   * The same failure, seen beside another connection.
   *
   * @param who - whose connection it is
   * @param connection - on which nothing failed
   */
  beside(who: string, connection: Connection): CheckFailure {
    return new CheckFailure(this.diagnosis, this.#connection, [{ who, connection }, ...this.#others]);
  }

  /** What passed, connection by connection; the one that shows it stands last. */
  transcript(): TranscriptLine[] {
    const own = this.#connection?.transcript.lines(this.diagnosis.focus) ?? [];
    if (this.#others.length === 0) return own;
    return [
      ...this.#others.flatMap(({ who, connection }) => [headOf(who), ...connection.transcript.lines()]),
      ...(own.length === 0 ? [] : [headOf('the client that should be served'), ...own]),
    ];
  }
}

/** It can't be told whether the server does it; the message begins with `because`. */
export class CheckSkipped extends Error {
  override name = 'CheckSkipped';
}

function headOf(who: string): TranscriptLine {
  return { from: '', hex: '', meaning: `${who}:` };
}

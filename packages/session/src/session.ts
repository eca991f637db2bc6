/**
 * The contract between a conversation and its driver.
 *
 * A session is one side of the conversation on one connection, without I/O: it holds no socket, thread, clock or
 * callback. {@link Session.next} says what it waits for; the driver makes the matching system call and reports the
 * result. The driver decides how to wait, for which of its sessions, and on which thread. So every server architecture
 * is a driver of the same four verbs:
 *
 *     next        the driver                              and then calls
 *     receive     recv(2), at most `expects` bytes        receive(bytes)
 *     work        nothing                                 work()
 *     send        gives memory                            send(into)
 *     sent        send(2) of the bytes in it              sent(count)
 *     close       close(2)                                close()
 *
 * Between `send` and `sent` the bytes are in flight. A driver that blocks or polls calls one right after the other. A
 * driver that passes the bytes to the kernel and gets the result later may be interrupted in between. So `expire`,
 * `drain`, `refuse` and `close(cause)` are allowed at any time, and `sent` is due once for every `send` that returned
 * bytes, even if the session waits for `close` by then.
 *
 * This design is known as sans-I/O: https://sans-io.readthedocs.io/how-to-sans-io.html
 */

/** What a driver does for a session. */
export type Verb = 'receive' | 'work' | 'send' | 'close';

/** What a session waits for: a verb, or the result of the last `send`. */
export type Next = Verb | 'sent';

/** Why a driver closes a session before the session asks for it: a reset by the peer, or the server's shutdown. */
export type CloseCause = 'reset' | 'shutdown';

/** Why a driver refuses a client: the connection limit is reached, or the server shuts down. */
export type ServerRefusal = 'busy' | 'shutting-down';

/** How an exchange (a request and its answer) ended. It must survive a structured clone. */
export interface SessionReport {
  /** One of the outcomes that the session's module declares. */
  readonly outcome: string;
}

/** A note: its index in `Conversation.notes`, and its two numbers. */
export type SessionNote = readonly [note: number, first: number, second: number];

/** The exchange in progress as a session sees it. */
export interface SessionDescription {
  /** Bytes of the message that is due. */
  readonly received: number;
  /** Bytes of this exchange that {@link Session.sent} has confirmed. */
  readonly sent: number;
  /** Its notes until now, except those that end it. */
  readonly notes: readonly SessionNote[];
}

/** One side of the conversation on one connection. */
export interface Session<
  Report extends SessionReport = SessionReport,
  Phase extends string = string,
  Refusal extends string = ServerRefusal,
> {
  /** What the session waits for. */
  readonly next: Next;
  /** The phase of the conversation, which has a time limit; see `PhaseDeclaration`. */
  readonly phase: Phase;
  /** While `next` is `receive`: the most bytes that the session takes, at least 1. Otherwise 0. */
  readonly expects: number;

  /**
   * Takes bytes that arrived.
   *
   * @param bytes - the bytes; an empty array means that the peer has ended its sending (`recv(2)` returned 0)
   * @returns the number of bytes taken: all of them, up to `expects`
   * @throws Error if `next` is not `receive`
   */
  receive(bytes: Uint8Array): number;

  /**
   * Does one bounded slice of computing.
   *
   * @throws Error if `next` is not `work`
   */
  work(): void;

  /**
   * Writes the next bytes for the peer. The cursor moves only when {@link Session.sent} confirms them.
   *
   * @param into - memory of the driver, at least 1 byte; the session may also change bytes after those it writes
   * @returns the number of bytes written, which are now in flight; 0 if the slice was used for computing: call again
   * @throws Error if `next` is not `send`; RangeError if `into` is empty
   */
  send(into: Uint8Array): number;

  /**
   * Confirms bytes in flight. The next `send` writes the unconfirmed ones again.
   *
   * @param count - number of bytes that the kernel took, from 0 to what `send` returned
   * @throws Error if no bytes are in flight; RangeError if count is out of range
   */
  sent(count: number): void;

  /**
   * Ends the session; does nothing if it is closed.
   *
   * @param cause - the reason; omitted when `next` is `close`
   * @throws Error without a cause while `next` is not `close`
   */
  close(cause?: CloseCause): void;

  /** The time limit of the phase has passed: the session refuses an incomplete request, otherwise it waits for `close`. */
  expire(): void;

  /**
   * The server shuts down: an idle session refuses; an exchange in progress continues, and then `next` is `close`.
   *
   * @returns whether the peer is refused
   */
  drain(): boolean;

  /**
   * Sends a refusal instead of an answer, then waits until the peer leaves.
   *
   * @returns true if the peer is refused, now or earlier; false, without a change, if a byte of an answer may have been
   *   sent or the conversation is over
   */
  refuse(reason: Refusal): boolean;

  /** Returns the report of an exchange that has ended, once. Drivers call it after every call that can end an exchange. */
  takeReport(): Report | undefined;

  /** Describes the exchange in progress, for viewers the server; optional. */
  describe?(): SessionDescription;
}

/**
 * How the time limit of a phase works.
 *
 * - `idle`: limits the wait for the first byte of the next exchange; no exchange is in progress
 * - `whole`: limits the phase as a whole; bytes that arrive don't extend it
 * - `progress`: starts again whenever the peer takes bytes
 */
export type PhaseKind = 'idle' | 'whole' | 'progress';

/** One phase of a conversation. */
export interface PhaseDeclaration {
  /** How its time limit works. */
  readonly kind: PhaseKind;
  /** The default time limit, in milliseconds. */
  readonly timeoutMs: number;
  /** Of an `idle` phase: the default limit before the first byte of a connection, in milliseconds. Default: `timeoutMs`. */
  readonly firstTimeoutMs?: number;
}

/**
 * What a session module declares about its conversation: the outcomes that a server counts, and the phases that it limits
 * in time. The server needs to know nothing else about the conversation.
 */
export interface Conversation<Report extends SessionReport = SessionReport, Phase extends string = string> {
  /** Every outcome that a report can have. */
  readonly outcomes: readonly Report['outcome'][];
  /** Every phase that a session can be in. */
  readonly phases: Readonly<Record<Phase, PhaseDeclaration>>;
  /**
   * Names of the notes that its sessions write, for viewers of the server; none by default. These are shown: `asked`
   * (first and last integer of the interval), `counted` (N), `refused` (the negative N) and `sum` (1 right, 0 wrong).
   */
  readonly notes?: readonly string[];
}

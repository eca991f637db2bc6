/**
 * The server's side of the conversation.
 *
 * Its states and their transitions are the table in `server-states.ts`. This file does the work of each state: it
 * collects the 8 bytes of a request or a sum, writes N and the primes, and checks the sum.
 *
 * A session costs a cursor, not a buffer. It keeps at most 8 bytes of an incoming message. It writes outgoing bytes from
 * the cursor into the driver's memory, and the cursor moves by what {@link ServerSession.sent} confirms. Bytes that the
 * kernel did not take are written again.
 */
import type { CloseCause, Next, Session, SessionDescription, SessionNote, WriteNote } from '@concurrent-primes/session';

import type { Answer } from './answer.ts';
import { keptView } from './kept-view.ts';
import type { ExchangeReport, Outcome } from './outcomes.ts';
import { PartialMessage } from './partial-message.ts';
import { NOTES, type ServerPhase } from './prime-conversation.ts';
import { SERVER_STATES, type ServerEvent, type ServerState, type ServerStateRow } from './server-states.ts';
import { graphOf, requireNext, requireSent, transitionOf } from './state-graph.ts';
import {
  COUNT_BYTES,
  decodeRequest,
  decodeSum,
  encodeCount,
  GREETING,
  GREETING_BYTES,
  type Interval,
  PRIME_BYTES,
  type RefusalCode,
  type RefusalName,
  REFUSALS,
  REQUEST_BYTES,
  writeInt32,
} from './wire.ts';

/** The most bytes that one `receive` discards after a refusal. */
const DISCARD_BYTES = 4096;

/** The most bytes that a refused client may send before the server closes: enough for many requests. */
const DISCARD_LIMIT_BYTES = 64 * 1024;

/**
 * The most bytes sent together with N: most small answers fit, and a client doesn't wait for N until a large part of the
 * primes is computed.
 */
const FIRST_SEND_BYTES = 16 * 1024;

const REFUSAL_OUTCOMES: Readonly<Record<RefusalCode, Outcome>> = {
  [REFUSALS.busy]: 'refused-busy',
  [REFUSALS['too-slow']]: 'refused-too-slow',
  [REFUSALS['shutting-down']]: 'refused-shutdown',
  [REFUSALS['too-wide']]: 'refused-too-wide',
};

export interface ServerSessionOptions {
  /** Returns the answer to [a, b]; called once for each request. The bounds are any two int32, also a \> b. */
  readonly answer: (a: number, b: number) => Answer;
  /** The dialect `greeting`: send one byte `x` first. Default: false. */
  readonly greeting?: boolean;
  /** The most integers in an interval; wider ones are refused. Default: no limit. */
  readonly maxWidth?: number;
  /** Writes notes about the conversation; default: nobody reads them. */
  readonly write?: WriteNote | undefined;
}

const NODES = graphOf<ServerState, ServerEvent, Outcome | 'refused', ServerStateRow>(SERVER_STATES);

/**
 * The server's side of one connection.
 *
 * @example
 * ```ts no-run (needs a socket and a sieve)
 * import { type Answer, ServerSession } from '@concurrent-primes/protocol';
 *
 * declare function primesBetween(a: number, b: number): Answer;
 * declare const socket: { receive(maxBytes: number): Uint8Array; send(bytes: Uint8Array): number };
 *
 * const session = new ServerSession({ answer: (a, b) => primesBetween(a, b) });
 * const buffer = new Uint8Array(64 * 1024);
 * while (session.next !== 'close') {
 *   if (session.next === 'receive') session.receive(socket.receive(session.expects));
 *   else if (session.next === 'work') session.work();
 *   else {
 *     const length = session.send(buffer);
 *     if (length > 0) session.sent(socket.send(buffer.subarray(0, length)));
 *   }
 *   console.log(session.takeReport());
 * }
 * session.close();
 * ```
 */
export class ServerSession implements Session<ExchangeReport, ServerPhase, RefusalName> {
  readonly #createAnswer: (a: number, b: number) => Answer;
  readonly #maxWidth: number;
  readonly #write: WriteNote | undefined;
  /** A request or a sum that has arrived in part: both have 8 bytes. An idle client has none. */
  #message: PartialMessage | undefined;

  #node: (typeof NODES)[ServerState];
  #greetingOwed: boolean;
  #draining = false;
  #discarded = 0;
  #refusal: RefusalCode | undefined;
  #report: ExchangeReport | undefined;

  // The exchange in progress.
  #interval: Interval | undefined;
  #answer: Answer | undefined;
  #bytesSent = 0;
  /** Bytes of the head (greeting, N or refusal) that the kernel took. */
  #headSent = 0;
  /** Bytes of primes that the kernel has not taken. */
  #primeBytesLeft = 0;
  /** Bytes written by `send` and not yet confirmed. */
  #inFlight = 0;

  constructor(options: ServerSessionOptions) {
    const { answer, greeting = false, maxWidth = Infinity } = options;
    this.#createAnswer = answer;
    this.#maxWidth = maxWidth;
    this.#write = options.write;
    this.#greetingOwed = greeting;
    this.#node = NODES[greeting ? 'greeting' : 'fresh'];
  }

  get next(): Next {
    return this.#node.row.waitsFor;
  }

  get phase(): ServerPhase {
    return this.#node.row.phase;
  }

  get expects(): number {
    if (this.next !== 'receive') return 0;
    if (this.#node.state === 'farewell') return Math.min(DISCARD_BYTES, DISCARD_LIMIT_BYTES - this.#discarded);
    const missing = this.#message?.missing ?? REQUEST_BYTES;
    // The next request may come with the sum, in one segment.
    return this.phase === 'sum' ? missing + REQUEST_BYTES : missing;
  }

  receive(bytes: Uint8Array): number {
    requireNext(this.#node, 'receive');
    if (bytes.length === 0) {
      this.#fire('end');
      return 0;
    }
    if (this.#node.state === 'farewell') return this.#discard(bytes);
    const taken = this.#take(bytes, 0);
    return taken < bytes.length && this.phase === 'idle' ? taken + this.#take(bytes, taken) : taken;
  }

  work(): void {
    requireNext(this.#node, 'work');
    this.#answer!.work();
    this.#lookForCount();
  }

  send(into: Uint8Array): number {
    requireNext(this.#node, 'send');
    if (into.length === 0) throw new RangeError('cannot send: needs memory for at least 1 byte, got 0 bytes');
    const written = this.#headSent < this.#headLength ? this.#writeHead(into) : this.#writePrimes(into);
    if (written === 0) return 0;
    this.#fire('written');
    this.#inFlight = written;
    return written;
  }

  sent(count: number): void {
    if (this.#inFlight === 0) requireNext(this.#node, 'sent');
    requireSent(count, this.#inFlight);
    this.#inFlight = 0;
    // The exchange can have been cut while the bytes were in flight: its report is out.
    if (this.next !== 'sent') return;
    this.#bytesSent += count;
    const ofHead = Math.min(count, this.#headLength - this.#headSent);
    this.#headSent += ofHead;
    if (count > ofHead) {
      this.#answer!.advance(count - ofHead);
      this.#primeBytesLeft -= count - ofHead;
    }
    if (this.#headSent === this.#headLength && this.#primeBytesLeft === 0) {
      this.#headSent = 0;
      this.#greetingOwed = false;
      this.#fire('done');
    } else this.#fire(count > 0 ? 'part' : 'none');
  }

  close(cause?: CloseCause): void {
    if (this.#node.state === 'closed') return;
    if (cause === undefined) requireNext(this.#node, 'close');
    this.#fire(cause ?? 'closed');
  }

  expire(): void {
    const transition = this.#node.transitions.get('expire');
    if (transition?.to.state === 'refusing') this.#refuse('expire', REFUSALS['too-slow']);
    else if (transition !== undefined) this.#fire('expire');
  }

  drain(): boolean {
    this.#draining = true;
    if (this.#node.transitions.has('drain')) this.#refuse('drain', REFUSALS['shutting-down']);
    return this.#refused;
  }

  refuse(reason: RefusalName): boolean {
    if (this.#refused) return true;
    if (!this.#node.transitions.has('refuse')) return false;
    this.#refuse('refuse', REFUSALS[reason]);
    return true;
  }

  takeReport(): ExchangeReport | undefined {
    const report = this.#report;
    this.#report = undefined;
    return report;
  }

  describe(): SessionDescription {
    const notes: SessionNote[] = [];
    if (this.#interval !== undefined) notes.push([NOTES.asked, ...this.#interval]);
    if (this.#answer?.count !== undefined) notes.push([NOTES.counted, this.#answer.count, 0]);
    if (this.#refusal !== undefined) notes.push([NOTES.refused, this.#refusal, 0]);
    return { received: this.#message?.length ?? 0, sent: this.#bytesSent, notes };
  }

  /** Takes the message that is due, or a part of it; returns the number of bytes taken. */
  #take(bytes: Uint8Array, from: number): number {
    if (this.#message === undefined && bytes.length - from >= REQUEST_BYTES) {
      this.#takeWhole(bytes, from);
      return REQUEST_BYTES;
    }
    this.#message ??= new PartialMessage(REQUEST_BYTES);
    const taken = this.#message.take(bytes, from);
    if (this.#message.missing > 0) this.#fire('part');
    else {
      const whole = this.#message.finish();
      this.#message = undefined;
      this.#takeWhole(whole, 0);
    }
    return taken;
  }

  #takeWhole(bytes: Uint8Array, from: number): void {
    // A sum is always the first message: only a request can follow another message.
    if (this.phase === 'sum') this.#checkSum(decodeSum(bytes));
    else this.#begin(decodeRequest(bytes, from));
  }

  #begin(interval: Interval): void {
    this.#interval = interval;
    const [a, b] = interval;
    this.#write?.(NOTES.asked, a, b);
    if (b - a + 1 > this.#maxWidth) {
      this.#refuse('refuse', REFUSALS['too-wide']);
      return;
    }
    this.#answer = this.#createAnswer(a, b);
    this.#fire('whole');
    this.#lookForCount();
  }

  #lookForCount(): void {
    const count = this.#answer?.count;
    if (count === undefined) return;
    this.#write?.(NOTES.counted, count, 0);
    this.#primeBytesLeft = count * PRIME_BYTES;
    this.#fire('done');
  }

  #checkSum(sum: bigint): void {
    const right = sum === this.#answer!.sum;
    this.#write?.(NOTES.sum, right ? 1 : 0, 0);
    this.#fire(right ? 'right' : 'wrong');
    if (this.#draining) this.#fire('drained');
  }

  #discard(bytes: Uint8Array): number {
    const taken = Math.min(bytes.length, this.expects);
    this.#discarded += taken;
    this.#fire(this.#discarded < DISCARD_LIMIT_BYTES ? 'part' : 'whole');
    return taken;
  }

  #refuse(event: 'refuse' | 'drain' | 'expire', code: RefusalCode): void {
    this.#write?.(NOTES.refused, code, 0);
    this.#refusal = code;
    this.#primeBytesLeft = 0;
    this.#fire(event);
  }

  /** Writes the rest of the head, and as many primes as there is room for. */
  #writeHead(into: Uint8Array): number {
    const from = this.#headSent;
    const rest = this.#headLength - from;
    const limit = Math.min(into.length, FIRST_SEND_BYTES);
    const primes = this.#primeBytesLeft > 0 && limit - rest >= PRIME_BYTES;
    // The primes first: an answer may use all of this memory while it computes, including that of the head.
    const written = rest + (primes ? this.#writePrimes(keptView(into, rest, limit)) : 0);
    if (from === 0 && rest === COUNT_BYTES && limit >= rest) writeInt32(into, 0, this.#headNumber);
    else into.set(this.#head().subarray(from, from + limit));
    return Math.min(written, limit);
  }

  /** Greeting and N. A client of the dialect expects the greeting even before a refusal. */
  #head(): Uint8Array {
    const greeting = this.#greetingOwed ? [GREETING] : [];
    const count = this.#headLength >= COUNT_BYTES ? encodeCount(this.#headNumber) : [];
    return Uint8Array.of(...greeting, ...count);
  }

  /** Whether the client is refused and the conversation isn't over yet. */
  get #refused(): boolean {
    return this.#refusal !== undefined && this.next !== 'close';
  }

  get #headNumber(): number {
    return this.#refusal ?? this.#answer!.count!;
  }

  get #headLength(): number {
    const { state } = this.#node;
    const countBytes = state === 'greeting' || state === 'greeting-in-flight' ? 0 : COUNT_BYTES;
    return (this.#greetingOwed ? GREETING_BYTES : 0) + countBytes;
  }

  #writePrimes(target: Uint8Array): number {
    const filled = this.#answer!.fill(target);
    if (filled > Math.min(target.length, this.#primeBytesLeft)) {
      throw new Error(`cannot send the answer: fill() must write at most ${this.#primeBytesLeft} bytes, got ${filled}`);
    }
    return filled;
  }

  #fire(event: ServerEvent): void {
    const { to, outcome } = transitionOf(this.#node, event);
    if (outcome !== undefined) this.#finish(outcome === 'refused' ? REFUSAL_OUTCOMES[this.#refusal!] : outcome);
    this.#node = to;
  }

  #finish(outcome: Outcome): void {
    const absent = this.phase === 'sum' ? 'absent' : undefined;
    this.#report = {
      outcome,
      interval: this.#interval,
      count: this.#answer?.count,
      bytesSent: this.#bytesSent,
      sum: outcome === 'served' ? 'right' : outcome === 'wrong-sum' ? 'wrong' : absent,
    };
    this.#interval = undefined;
    this.#answer = undefined;
    this.#bytesSent = 0;
  }
}

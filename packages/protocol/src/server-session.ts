/**
 * The server's side of the conversation.
 *
 * Where it stands and where it can go is data: the table of `server-states.ts`. This file only does what a state needs
 * done: collect the 8 bytes of a request or a sum, hand out the bytes of N and of the primes, check the sum.
 *
 * A session costs a cursor, not a buffer. Of a message coming in it keeps at most 8 bytes. What goes out is written
 * anew, from the cursor on, into a scratch buffer that all sessions of a thread share, and the cursor moves only by
 * what {@link ServerSession.sent} confirms. So a driver may drop what it was handed, and nothing is lost.
 */

import type { ExchangeReport, Outcome } from './outcomes.ts';
import { PartialMessage } from './partial-message.ts';
import { type ScratchViews, viewsOf } from './scratch-views.ts';
import { SERVER_STATES, type ServerEvent, type ServerState, type StateRow, type Transition } from './server-states.ts';
import { type StateNode, graphOf } from './state-graph.ts';
import type { Answer, CloseCause, Phase, Session, Verb } from './session.ts';
import {
  COUNT_BYTES,
  decodeRequest,
  decodeSum,
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

/** How many bytes one `receive` discards at most after a refusal. */
const DISCARD_BYTES = 4096;

/** How many bytes a refused client may still send before the server closes on it: many requests, but no upload. */
const DISCARD_LIMIT_BYTES = 64 * 1024;

/**
 * The most bytes that N goes out with: many small answers are whole with it, and no client waits for its N while a
 * large part of the primes is made.
 */
const FIRST_SEND_BYTES = 16 * 1024;

/** The least room in which N and a prime go out together. */
const SCRATCH_MIN_BYTES = COUNT_BYTES + PRIME_BYTES;

const REFUSAL_OUTCOMES: Readonly<Record<RefusalCode, Outcome>> = {
  [REFUSALS.busy]: 'refused-busy',
  [REFUSALS['too-slow']]: 'refused-too-slow',
  [REFUSALS['shutting-down']]: 'refused-shutdown',
  [REFUSALS['too-wide']]: 'refused-too-wide',
};

/** What a {@link ServerSession} needs. */
export interface ServerSessionOptions {
  /** Gives the answer to the interval [a, b]; called once a request. Any two int32 can come, also a \> b. */
  readonly answer: (a: number, b: number) => Answer;
  /**
   * Where outgoing bytes are written, at least 8 bytes: one buffer a thread, shared by all its sessions. An answer may
   * use all of it while it fills a part.
   */
  readonly scratch: Uint8Array;
  /** The dialect `greeting`: send one byte `x` first. Default: false. */
  readonly greeting?: boolean;
  /** The most integers an interval may have; wider ones are refused. Default: no limit. */
  readonly maxWidth?: number;
}

const NODES = graphOf<ServerState, ServerEvent, Transition, StateRow>(SERVER_STATES, ([to]) => to);

/**
 * One client's conversation, seen by the server.
 *
 * @example
 * ```ts no-run (needs a socket and a sieve)
 * import { type Answer, ServerSession } from '@concurrent-primes/protocol';
 *
 * declare function primesBetween(a: number, b: number): Answer;
 * declare const socket: { receive(maxBytes: number): Uint8Array; send(bytes: Uint8Array): number };
 *
 * const session = new ServerSession({ answer: (a, b) => primesBetween(a, b), scratch: new Uint8Array(256 * 1024) });
 * while (session.next !== 'close') {
 *   if (session.next === 'receive') session.receive(socket.receive(session.expects));
 *   else if (session.next === 'work') session.work();
 *   else session.sent(socket.send(session.send(64 * 1024)));
 *   console.log(session.takeReport());
 * }
 * session.close();
 * ```
 */
export class ServerSession implements Session {
  readonly #createAnswer: (a: number, b: number) => Answer;
  readonly #scratch: Uint8Array;
  readonly #views: ScratchViews;
  readonly #maxWidth: number;
  /** A request or a sum of which a part has come: both have 8 bytes. An idle client costs none. */
  #message: PartialMessage | undefined;

  #node: StateNode<ServerState, ServerEvent, StateRow, Transition>;
  #greetingOwed: boolean;
  #draining = false;
  #discarded = 0;
  #refusal: RefusalCode | undefined;
  #report: ExchangeReport | undefined;

  // The exchange under way.
  #interval: Interval | undefined;
  #answer: Answer | undefined;
  #bytesSent = 0;
  /** Bytes of the head (greeting, N or refusal; what goes out before the primes) that the wire took. */
  #headSent = 0;
  /** Bytes of primes that the wire has not taken. */
  #primeBytesLeft = 0;
  /** Bytes handed out by `send` and not yet confirmed. */
  #handedOut = 0;

  /**
   * @param options - see {@link ServerSessionOptions}
   * @throws RangeError if the scratch buffer has less than 8 bytes
   */
  constructor(options: ServerSessionOptions) {
    const { answer, scratch, greeting = false, maxWidth = Infinity } = options;
    if (scratch.length < SCRATCH_MIN_BYTES) {
      throw new RangeError(`cannot start a session: scratch needs ${SCRATCH_MIN_BYTES} bytes, got ${scratch.length}`);
    }
    this.#createAnswer = answer;
    this.#scratch = scratch;
    this.#views = viewsOf(scratch);
    this.#maxWidth = maxWidth;
    this.#greetingOwed = greeting;
    this.#node = NODES[greeting ? 'greeting' : 'fresh'];
  }

  get next(): Verb {
    return this.#node.row.waitsFor;
  }

  get phase(): Phase {
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
    this.#require('receive');
    if (bytes.length === 0) {
      this.#fire('end');
      return 0;
    }
    if (this.#node.state === 'farewell') return this.#discard(bytes);
    const taken = this.#take(bytes, 0);
    return taken < bytes.length && this.phase === 'idle' ? taken + this.#take(bytes, taken) : taken;
  }

  work(): void {
    this.#require('work');
    this.#answer!.work();
    this.#lookForCount();
  }

  send(maxBytes: number): Uint8Array {
    this.#require('send');
    if (!(maxBytes >= COUNT_BYTES)) {
      throw new RangeError(`cannot send: maxBytes must be at least ${COUNT_BYTES}, got ${maxBytes}`);
    }
    const from = this.#headSent;
    const head = this.#headLength();
    // Once the head is out the primes have the scratch buffer for themselves.
    const primesAt = from === head ? 0 : head;
    const limit = Math.min(
      this.#scratch.length,
      from === head ? maxBytes : from + Math.min(maxBytes, FIRST_SEND_BYTES),
    );
    let end = primesAt;
    if (this.#primeBytesLeft > 0 && limit - primesAt >= PRIME_BYTES) {
      end += this.#fill(this.#views.target.get(primesAt, limit));
    }
    // After the primes: an answer may work in the scratch buffer, and move them to their place at last.
    if (from < head) this.#writeHead(head);
    const bytes = this.#views.outgoing.get(from === head ? 0 : from, Math.min(end, limit));
    this.#handedOut = bytes.length;
    return bytes;
  }

  sent(count: number): void {
    this.#require('send');
    if (!Number.isInteger(count) || count < 0 || count > this.#handedOut) {
      throw new RangeError(`cannot confirm bytes as sent: needs 0 to ${this.#handedOut}, got ${count}`);
    }
    this.#handedOut = 0;
    this.#bytesSent += count;
    const ofHead = Math.min(count, this.#headLength() - this.#headSent);
    this.#headSent += ofHead;
    if (count > ofHead) {
      this.#answer!.advance(count - ofHead);
      this.#primeBytesLeft -= count - ofHead;
    }
    if (this.#headSent === this.#headLength() && this.#primeBytesLeft === 0) {
      this.#headSent = 0;
      this.#greetingOwed = false;
      this.#fire('done');
    } else if (count > 0) this.#fire('part');
  }

  close(cause?: CloseCause): void {
    if (this.#node.state === 'closed') return;
    if (cause === undefined) this.#require('close');
    this.#fire(cause ?? 'closed');
  }

  expire(): void {
    const transition = this.#node.transitions.get('expire');
    if (transition?.to.state === 'refusing') this.#refuse('expire', REFUSALS['too-slow']);
    else if (transition !== undefined) this.#fire('expire');
  }

  drain(): void {
    this.#draining = true;
    if (this.#node.transitions.has('drain')) this.#refuse('drain', REFUSALS['shutting-down']);
  }

  refuse(reason: RefusalName): boolean {
    if (!this.#node.transitions.has('refuse')) return false;
    this.#refuse('refuse', REFUSALS[reason]);
    return true;
  }

  takeReport(): ExchangeReport | undefined {
    const report = this.#report;
    this.#report = undefined;
    return report;
  }

  /** Takes the message that is due, or a part of it; returns how many bytes that was. */
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
    // A sum is always the first that comes: only a request can stand behind something.
    if (this.phase === 'sum') this.#checkSum(decodeSum(bytes));
    else this.#begin(decodeRequest(bytes, from));
  }

  #begin(interval: Interval): void {
    this.#interval = interval;
    const [a, b] = interval;
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
    this.#primeBytesLeft = count * PRIME_BYTES;
    this.#fire('done');
  }

  #checkSum(sum: bigint): void {
    this.#fire(sum === this.#answer!.sum ? 'right' : 'wrong');
    if (this.#draining) this.#fire('drained');
  }

  #discard(bytes: Uint8Array): number {
    const taken = Math.min(bytes.length, this.expects);
    this.#discarded += taken;
    this.#fire(this.#discarded < DISCARD_LIMIT_BYTES ? 'part' : 'whole');
    return taken;
  }

  #refuse(event: 'refuse' | 'drain' | 'expire', code: RefusalCode): void {
    this.#refusal = code;
    this.#primeBytesLeft = 0;
    this.#fire(event);
  }

  /** Writes the head of what goes out now, so many bytes, at the start of the scratch buffer. */
  #writeHead(head: number): void {
    // A client of the dialect waits for the greeting even when it is then refused.
    if (this.#greetingOwed) this.#scratch[0] = GREETING;
    if (this.#node.state !== 'greeting') {
      writeInt32(this.#scratch, head - COUNT_BYTES, this.#refusal ?? this.#answer!.count!);
    }
  }

  #headLength(): number {
    return (this.#greetingOwed ? GREETING_BYTES : 0) + (this.#node.state === 'greeting' ? 0 : COUNT_BYTES);
  }

  #fill(target: Uint8Array): number {
    const filled = this.#answer!.fill(target);
    if (filled > Math.min(target.length, this.#primeBytesLeft)) {
      throw new Error(`cannot send the answer: ${this.#primeBytesLeft} bytes are due, fill() wrote ${filled}`);
    }
    return filled;
  }

  #require(verb: Verb): void {
    if (this.next !== verb)
      throw new Error(`cannot ${verb}: the session is ${this.#node.state} and waits to ${this.next}`);
  }

  #fire(event: ServerEvent): void {
    const transition = this.#node.transitions.get(event);
    if (transition === undefined) throw new Error(`cannot take "${event}": the session is ${this.#node.state}`);
    const {
      to,
      target: [, outcome],
    } = transition;
    if (outcome !== undefined) this.#finish(outcome === 'refused' ? REFUSAL_OUTCOMES[this.#refusal!] : outcome);
    this.#node = to;
    // An interruption between send() and sent() makes what was handed out count as not taken.
    this.#handedOut = 0;
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

/**
 * A client that behaves: drives the protocol's session over a non-blocking socket, one request at a time.
 *
 * System calls dominate the cost of a request, so the client saves those it can:
 * - it sends its request immediately after `connect(2)`, which has usually completed by then, and waits for the
 *   connection only if the send would block;
 * - it closes as soon as its sum is sent;
 * - with keep-alive one `send(2)` carries its sum and its next request, if that is due.
 *
 * `LATENCY_PARTS` describes what it measures.
 */
import { ClientSession, GREETING_BYTES, COUNT_BYTES, type Interval } from '@concurrent-primes/protocol';
import { READ, SocketError, WOULD_BLOCK, WRITE } from '@concurrent-primes/sockets';
import type { AnswerVerifier, ExpectedAnswer } from './answer-verifier.ts';
import type { Assignment } from './dispatcher.ts';
import { type Connect, errorKindOf, type LoadConnection } from './load-connection.ts';
import type { LoadPlan } from './load-plan.ts';
import type { ErrorKind } from './load-result.ts';
import type { Reactor } from './reactor.ts';
import type { Recorder, RequestTimes } from './recorder.ts';

/** What the clients of one thread share. */
export interface ClientContext {
  readonly plan: LoadPlan;
  readonly reactor: Reactor;
  readonly recorder: Recorder;
  readonly connect: Connect;
  readonly verifier: AnswerVerifier | undefined;
  /** Receives bytes; they are valid until the next `recv` of any client. */
  readonly buffer: Uint8Array;
  /** Called when a good client's request has ended; with the reason if it failed. */
  readonly onOver: (slot: number, kind: ErrorKind | undefined) => void;
  /** The next request of a good client, if it is to be made immediately after the last one. */
  readonly follow: (slot: number) => Assignment | undefined;
}

/** Length of a request, and of a sum. */
const MESSAGE_BYTES = 8;
const NOTHING = new Uint8Array(0);
const UNWATCHED = -1;

/** One good client of a thread. */
export class GoodClient {
  readonly #slot: number;
  readonly #context: ClientContext;
  #session: ClientSession;
  #connection: LoadConnection | undefined;
  #interest = UNWATCHED;
  #isConnected = false;
  /** Rest of the messages going out. */
  #unsent: Uint8Array = NOTHING;
  /** A sum and the next request, to be sent together. */
  readonly #glued = new Uint8Array(2 * MESSAGE_BYTES);

  /** Whether an answer was read to its end on this connection. */
  #isKept = false;

  #isBusy = false;
  /** Its interval, and whether a byte of its answer has come. */
  #interval: Interval = [0, 0];
  #hasBegun = false;
  #wasResent = false;
  #expected: ExpectedAnswer | undefined;
  /** Bytes still to come before the primes. */
  #headBytes = 0;
  #dueMs = 0;
  #beganMs = 0;
  #countMs = 0;
  /** Times of the request whose sum is going out. */
  #finished: RequestTimes | undefined;

  /**
   * @param slot - its number in the thread
   * @param context - see {@link ClientContext}
   */
  constructor(slot: number, context: ClientContext) {
    this.#slot = slot;
    this.#context = context;
    const { greeting, sendSum } = context.plan;
    this.#session = new ClientSession({ greeting, sendSum });
  }

  /** When the request under way was due and begun; undefined if there is none. */
  get underWay(): { readonly dueMs: number; readonly beganMs: number } | undefined {
    return this.#isBusy ? { dueMs: this.#dueMs, beganMs: this.#beganMs } : undefined;
  }

  /** Begins a request; the last one must have ended. */
  begin(assignment: Assignment): void {
    try {
      this.#take(assignment);
      if (this.#connection === undefined) this.#connect();
      this.#transmit(this.#request());
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Gives up a request that exceeds the time limit. */
  checkTimeout(nowMs: number): void {
    const { timeoutMs } = this.#context.plan;
    if (timeoutMs !== undefined && this.#isBusy && nowMs - this.#beganMs > timeoutMs) this.#over('timeout');
  }

  /** Closes the connection; a request under way is dropped. */
  close(): void {
    const connection = this.#connection;
    if (connection === undefined) return;
    this.#connection = undefined;
    if (this.#interest !== UNWATCHED) this.#context.reactor.unwatch(connection.descriptor);
    this.#interest = UNWATCHED;
    connection.close();
  }

  #take({ interval, dueMs }: Assignment): void {
    this.#isBusy = true;
    this.#interval = interval;
    this.#hasBegun = false;
    this.#wasResent = false;
    this.#expected = this.#context.verifier?.begin(...interval);
    this.#headBytes = COUNT_BYTES;
    this.#dueMs = dueMs;
    this.#beganMs = this.#context.reactor.now();
    this.#countMs = 0;
  }

  #connect(): void {
    const { greeting, sendSum, keepAlive } = this.#context.plan;
    if (greeting) this.#headBytes += GREETING_BYTES;
    this.#isConnected = false;
    this.#isKept = false;
    // An idle session can serve a new connection, unless a greeting is due. A new session allocates ten small arrays,
    // which costs more than the rest of a request outside of the kernel.
    if (greeting || !this.#session.idle) this.#session = new ClientSession({ greeting, sendSum });
    this.#connection = this.#context.connect();
    // Otherwise the next request would wait until the sum is acknowledged (RFC 896, Nagle).
    if (keepAlive) this.#connection.setNoDelay(true);
  }

  #request(): Uint8Array {
    this.#session.request(...this.#interval);
    return this.#nextMessage();
  }

  /** Takes the session's next message; the session counts it as sent, and the rest of it waits in `#unsent`. */
  #nextMessage(): Uint8Array {
    const bytes = this.#session.send(MESSAGE_BYTES);
    this.#session.sent(bytes.length);
    return bytes;
  }

  #transmit(bytes: Uint8Array): void {
    const sent = this.#isConnected ? this.#connection!.send(bytes) : this.#sendFirst(bytes);
    if (sent !== WOULD_BLOCK && !this.#isConnected) {
      this.#isConnected = true;
      this.#context.recorder.connected(this.#beganMs, this.#context.reactor.now());
    }
    if (sent === bytes.length) {
      this.#transmitted();
      return;
    }
    this.#unsent = sent === WOULD_BLOCK ? bytes : bytes.subarray(sent);
    this.#wait(WRITE);
  }

  /** The first send also shows whether the connection was made. */
  #sendFirst(bytes: Uint8Array): number {
    try {
      return this.#connection!.send(bytes);
    } catch (error) {
      // BSD reports ENOTCONN where Linux reports EAGAIN for a connection under way.
      if (!(error instanceof SocketError) || error.code !== 'ENOTCONN') throw error;
      this.#connection!.finishConnect();
      return WOULD_BLOCK;
    }
  }

  #transmitted(): void {
    const finished = this.#finished;
    this.#finished = undefined;
    if (finished !== undefined) {
      this.#context.recorder.done(this.#slot, finished, this.#context.reactor.now());
      if (!this.#context.plan.keepAlive) {
        this.close();
        this.#isBusy = false;
        this.#context.onOver(this.#slot, undefined);
        return;
      }
    }
    this.#wait(READ);
  }

  readonly #onReady = (): void => {
    try {
      if (this.#interest === WRITE) this.#transmit(this.#unsent);
      else this.#receive();
    } catch (error) {
      this.#fail(error);
    }
  };

  #receive(): void {
    const { buffer, reactor, recorder } = this.#context;
    const received = this.#connection!.recv(buffer);
    if (received === WOULD_BLOCK) return;
    const nowMs = reactor.now();
    recorder.received(received, nowMs);
    const bytes = received === 0 ? NOTHING : buffer.subarray(0, received);
    this.#hasBegun ||= received > 0;
    this.#session.receive(bytes);
    if (this.#isBusy) this.#check(bytes, nowMs);
    // A server may end an idle connection: no request fails.
    else if (!this.#session.idle) this.close();
  }

  #check(bytes: Uint8Array, nowMs: number): void {
    const { count } = this.#session;
    if (count === undefined) {
      this.#headBytes -= bytes.length;
      return;
    }
    if (this.#countMs === 0) {
      this.#countMs = nowMs;
      if (this.#expected !== undefined && count !== this.#expected.count) {
        this.#over('wrong-count');
        return;
      }
    }
    const head = Math.min(this.#headBytes, bytes.length);
    this.#headBytes -= head;
    const hasPrimes = head < bytes.length;
    if (hasPrimes && this.#expected?.matches(head === 0 ? bytes : bytes.subarray(head)) === false) {
      this.#over('wrong-primes');
      return;
    }
    if (this.#session.next !== 'receive') this.#finish(nowMs);
  }

  /** The answer is complete. */
  #finish(lastPrimeMs: number): void {
    const { plan, onOver, follow } = this.#context;
    this.#isKept = true;
    this.#finished = { dueMs: this.#dueMs, beganMs: this.#beganMs, countMs: this.#countMs, lastPrimeMs };
    if (!plan.sendSum) {
      this.#transmitted();
      return;
    }
    const sum = this.#nextMessage();
    if (!plan.keepAlive || !this.#session.idle) {
      this.#transmit(sum);
      return;
    }
    this.#isBusy = false;
    onOver(this.#slot, undefined);
    const next = follow(this.#slot);
    if (next === undefined) {
      this.#transmit(sum);
      return;
    }
    this.#take(next);
    this.#glued.set(sum);
    this.#glued.set(this.#request(), sum.length);
    this.#transmit(this.#glued);
  }

  #wait(interest: number): void {
    if (this.#interest === interest) return;
    const { descriptor } = this.#connection!;
    if (this.#interest === UNWATCHED) this.#context.reactor.watch(descriptor, interest, this.#onReady);
    else this.#context.reactor.change(descriptor, interest);
    this.#interest = interest;
  }

  #fail(error: unknown): void {
    const kind = errorKindOf(this.#isConnected ? this.#receivedReason(error) : error, this.#isConnected);
    if (this.#isEndBetweenAnswers(kind)) this.#resend();
    else this.#over(kind);
  }

  /**
   * Whether the server had closed this kept connection before it began the answer. A server that shuts down says so to
   * idle clients, and that refusal may cross the request on its way.
   */
  #isEndBetweenAnswers(kind: ErrorKind): boolean {
    if (!this.#isBusy || !this.#isKept || this.#wasResent || this.#finished !== undefined) return false;
    return kind === 'refused-shutting-down' || (!this.#hasBegun && (kind === 'reset' || kind === 'early-end'));
  }

  /** Sends the request again on a new connection, once: it only reads, so the server may see it twice. */
  #resend(): void {
    const { recorder, reactor } = this.#context;
    this.close();
    this.#wasResent = true;
    this.#hasBegun = false;
    this.#headBytes = COUNT_BYTES;
    recorder.resent(reactor.now());
    try {
      this.#connect();
      this.#transmit(this.#request());
    } catch (error) {
      this.#fail(error);
    }
  }

  /** A server that refused and closed makes the next send fail, but its refusal may still be there to read. */
  #receivedReason(error: unknown): unknown {
    if (!(error instanceof SocketError) || error.call !== 'send') return error;
    try {
      const received = this.#connection!.recv(this.#context.buffer);
      this.#hasBegun ||= received > 0;
      if (received > 0) this.#session.receive(this.#context.buffer.subarray(0, received));
      return error;
    } catch (reason) {
      return reason;
    }
  }

  /** Ends the connection after a failure. */
  #over(kind: ErrorKind): void {
    const { recorder, reactor, onOver } = this.#context;
    // Counts the request under way and the one whose sum was going out; an idle client has none.
    const failed = (this.#isBusy ? 1 : 0) + (this.#finished !== undefined && this.#context.plan.keepAlive ? 1 : 0);
    for (let i = 0; i < failed; i++) recorder.failed(kind, reactor.now());
    this.close();
    this.#finished = undefined;
    const wasBusy = this.#isBusy;
    this.#isBusy = false;
    if (wasBusy) onOver(this.#slot, kind);
  }
}

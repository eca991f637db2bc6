/**
 * A client that behaves: the driver of the protocol's session over a non-blocking socket, one request at a time.
 *
 * System calls are what a request costs, so it makes none that can be spared:
 * - it sends its request right behind `connect(2)`, which on most networks is over by then, and waits for the connection
 *   only if that is refused;
 * - it closes as soon as its sum is out;
 * - with keep-alive its sum and its next request, if that is due, go out in one `send(2)`.
 *
 * What it measures is told in `LATENCY_PARTS`.
 */
import { ClientSession, GREETING_BYTES, COUNT_BYTES } from '@concurrent-primes/protocol';
import { READ, SocketError, WOULD_BLOCK, WRITE } from '@concurrent-primes/sockets';
import { type Connect, type Connection, errorKindOf } from './connection.ts';
import type { Assignment } from './dispatcher.ts';
import type { Reactor } from './reactor.ts';
import type { Recorder, RequestTimes } from './recorder.ts';
import type { AnswerVerifier, ErrorKind, ExpectedAnswer, LoadPlan } from './types.ts';

/** What clients of one thread share. */
export interface ClientSurroundings {
  readonly plan: LoadPlan;
  readonly reactor: Reactor;
  readonly recorder: Recorder;
  readonly connect: Connect;
  readonly verifier: AnswerVerifier | undefined;
  /** Where received bytes go, for as long as it takes to look at them. */
  readonly buffer: Uint8Array;
  /** A good client's request is over, whatever came of it. */
  readonly onOver: (slot: number, kind: ErrorKind | undefined) => void;
  /** The next request of a good client whose last is over, if it is to be made at once. */
  readonly follow: (slot: number) => Assignment | undefined;
}

/** A request, and a sum. */
const MESSAGE_BYTES = 8;
const NOTHING = new Uint8Array(0);
/** No descriptor is watched. */
const UNWATCHED = -1;

/** One of the clients of a thread. */
export class GoodClient {
  readonly #slot: number;
  readonly #our: ClientSurroundings;
  #session: ClientSession;
  #connection: Connection | undefined;
  #interest = UNWATCHED;
  #isConnected = false;
  /** Of the last message or two; empty when all is out. */
  #unsent: Uint8Array = NOTHING;
  /** A sum and a request. */
  readonly #glued = new Uint8Array(2 * MESSAGE_BYTES);

  #isBusy = false;
  #expected: ExpectedAnswer | undefined;
  /** Bytes that come before the primes. */
  #headBytes = 0;
  #dueMs = 0;
  #beganMs = 0;
  #countMs = 0;
  /** The request whose sum is going out. */
  #finished: RequestTimes | undefined;

  /**
   * @param slot - its number in the thread
   * @param surroundings - see {@link ClientSurroundings}
   */
  constructor(slot: number, surroundings: ClientSurroundings) {
    this.#slot = slot;
    this.#our = surroundings;
    const { greeting, sendSum } = surroundings.plan;
    this.#session = new ClientSession({ greeting, sendSum });
  }

  /** When its request was due and begun; undefined if it has none. */
  get underWay(): { readonly dueMs: number; readonly beganMs: number } | undefined {
    return this.#isBusy ? { dueMs: this.#dueMs, beganMs: this.#beganMs } : undefined;
  }

  /** Begins a request; the one before must be over. */
  begin(assignment: Assignment): void {
    try {
      this.#take(assignment);
      if (this.#connection === undefined) this.#connect();
      this.#transmit(this.#request(assignment));
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Gives up a request that takes too long. */
  checkTimeout(nowMs: number): void {
    const { timeoutMs } = this.#our.plan;
    if (timeoutMs !== undefined && this.#isBusy && nowMs - this.#beganMs > timeoutMs) this.#over('timeout');
  }

  /** Closes its connection, for good; a request under way is forgotten. */
  close(): void {
    const connection = this.#connection;
    if (connection === undefined) return;
    this.#connection = undefined;
    if (this.#interest !== UNWATCHED) this.#our.reactor.unwatch(connection.descriptor);
    this.#interest = UNWATCHED;
    connection.close();
  }

  #take({ interval, dueMs }: Assignment): void {
    this.#isBusy = true;
    this.#expected = this.#our.verifier?.begin(...interval);
    this.#headBytes = COUNT_BYTES;
    this.#dueMs = dueMs;
    this.#beganMs = this.#our.reactor.now();
    this.#countMs = 0;
  }

  #connect(): void {
    const { greeting, sendSum, keepAlive } = this.#our.plan;
    if (greeting) this.#headBytes += GREETING_BYTES;
    this.#isConnected = false;
    // An idle session knows nothing of the connection it was on, but whether that one had greeted. A new one costs ten
    // small arrays, which is more than all the rest of a request outside of the kernel.
    if (greeting || !this.#session.idle) this.#session = new ClientSession({ greeting, sendSum });
    this.#connection = this.#our.connect();
    // A sum and the next request behind it would wait for each other's acknowledgement (RFC 896, Nagle).
    if (keepAlive) this.#connection.setNoDelay(true);
  }

  #request({ interval: [a, b] }: Assignment): Uint8Array {
    this.#session.request(a, b);
    return this.#nextMessage();
  }

  /** What the session wants to send. For the session it is out; here it goes out, or waits in `#unsent`. */
  #nextMessage(): Uint8Array {
    const bytes = this.#session.send(MESSAGE_BYTES);
    this.#session.sent(bytes.length);
    return bytes;
  }

  #transmit(bytes: Uint8Array): void {
    const sent = this.#isConnected ? this.#connection!.send(bytes) : this.#sendFirst(bytes);
    if (sent !== WOULD_BLOCK && !this.#isConnected) {
      this.#isConnected = true;
      this.#our.recorder.connected(this.#beganMs, this.#our.reactor.now());
    }
    if (sent === bytes.length) {
      this.#transmitted();
      return;
    }
    this.#unsent = sent === WOULD_BLOCK ? bytes : bytes.subarray(sent);
    this.#wait(WRITE);
  }

  /** The first bytes also tell whether the connection was made. */
  #sendFirst(bytes: Uint8Array): number {
    try {
      return this.#connection!.send(bytes);
    } catch (error) {
      // Where EAGAIN would be said of a connection under way, BSD says that there is none.
      if (!(error instanceof SocketError) || error.code !== 'ENOTCONN') throw error;
      this.#connection!.finishConnect();
      return WOULD_BLOCK;
    }
  }

  #transmitted(): void {
    const finished = this.#finished;
    this.#finished = undefined;
    if (finished !== undefined) {
      this.#our.recorder.done(this.#slot, finished, this.#our.reactor.now());
      if (!this.#our.plan.keepAlive) {
        this.close();
        this.#isBusy = false;
        this.#our.onOver(this.#slot, undefined);
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
    const { buffer, reactor, recorder } = this.#our;
    const received = this.#connection!.recv(buffer);
    if (received === WOULD_BLOCK) return;
    const nowMs = reactor.now();
    recorder.received(received, nowMs);
    const bytes = received === 0 ? NOTHING : buffer.subarray(0, received);
    this.#session.receive(bytes);
    if (this.#isBusy) this.#check(bytes, nowMs);
    // An idle connection that the server ends is no failure: nothing was asked.
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

  /** The answer is whole. */
  #finish(lastPrimeMs: number): void {
    const { plan, onOver, follow } = this.#our;
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
    this.#glued.set(this.#request(next), sum.length);
    this.#transmit(this.#glued);
  }

  #wait(interest: number): void {
    if (this.#interest === interest) return;
    const { descriptor } = this.#connection!;
    if (this.#interest === UNWATCHED) this.#our.reactor.watch(descriptor, interest, this.#onReady);
    else this.#our.reactor.change(descriptor, interest);
    this.#interest = interest;
  }

  #fail(error: unknown): void {
    this.#over(errorKindOf(this.#isConnected ? this.#lastWords(error) : error, this.#isConnected));
  }

  /** A server that refused and closed makes the next send fail; what it said may still be there to read. */
  #lastWords(error: unknown): unknown {
    if (!(error instanceof SocketError) || error.call !== 'send') return error;
    try {
      const received = this.#connection!.recv(this.#our.buffer);
      if (received > 0) this.#session.receive(this.#our.buffer.subarray(0, received));
      return error;
    } catch (said) {
      return said;
    }
  }

  /** Its connection is of no use any more. */
  #over(kind: ErrorKind): void {
    const { recorder, reactor, onOver } = this.#our;
    // A server may send away those that ask nothing: that is no failure of a request.
    const failed = (this.#isBusy ? 1 : 0) + (this.#finished !== undefined && this.#our.plan.keepAlive ? 1 : 0);
    for (let i = 0; i < failed; i++) recorder.failed(kind, reactor.now());
    this.close();
    this.#finished = undefined;
    const wasBusy = this.#isBusy;
    this.#isBusy = false;
    if (wasBusy) onOver(this.#slot, kind);
  }
}

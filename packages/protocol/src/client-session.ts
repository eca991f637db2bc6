/**
 * The client's side of the conversation: asks, checks the answer while it passes, and confirms it by its sum.
 *
 * It is driven by the same verbs as the server's side. It keeps no answer, only what it must to check one, so the full
 * answer of 420 MB passes in the memory of the largest chunk it is given. The primes of each chunk are there to be read
 * between two calls of `receive`. What it checks: N is possible, the numbers ascend and are inside the interval, and
 * there are exactly N of them. That they are prime, and all there are, it can't know.
 */

import {
  CLIENT_STATES,
  type ClientEvent,
  type ClientState,
  type ClientStateRow,
  type ClientVerb,
} from './client-states.ts';
import {
  CountOutOfRangeError,
  EarlyEndError,
  type ProtocolError,
  RefusedError,
  TrailingGarbageError,
  WrongGreetingError,
} from './errors.ts';
import { PartialMessage } from './partial-message.ts';
import { PrimeReader } from './prime-reader.ts';
import { type StateNode, graphOf } from './state-graph.ts';
import {
  COUNT_BYTES,
  decodeCount,
  GREETING,
  GREETING_BYTES,
  type Interval,
  isRefusal,
  maxCount,
  PRIME_BYTES,
  REQUEST_BYTES,
  writeInt32,
} from './wire.ts';

/** The dialect a {@link ClientSession} speaks. */
export interface ClientSessionOptions {
  /** The dialect `greeting`: the server sends one byte `x` first. Default: false. */
  readonly greeting?: boolean;
  /** Confirm each answer by its sum; an older client does not, and can ask only once. Default: true. */
  readonly sendSum?: boolean;
}

const NODES = graphOf<ClientState, ClientEvent, ClientState, ClientStateRow>(CLIENT_STATES, (to) => to);

/**
 * One connection's conversation, seen by the client.
 *
 * @example
 * ```ts no-run (needs a socket)
 * import { ClientSession } from '@concurrent-primes/protocol';
 *
 * declare const socket: { receive(maxBytes: number): Uint8Array; send(bytes: Uint8Array): number };
 *
 * const session = new ClientSession();
 * session.request(100, 200);
 * while (session.next !== 'close') {
 *   if (session.next === 'send') session.sent(socket.send(session.send(64)));
 *   else {
 *     session.receive(socket.receive(64 * 1024));
 *     for (const prime of session.primes) console.log(prime);
 *   }
 * }
 * session.close();
 * ```
 */
export class ClientSession {
  readonly #sendSum: boolean;
  readonly #reader = new PrimeReader();
  readonly #head = new PartialMessage(COUNT_BYTES);

  #node: StateNode<ClientState, ClientEvent, ClientStateRow, ClientState> = NODES.idle;
  #greetingDue: boolean;
  #ended = false;
  #interval: Interval | undefined;
  #count: number | undefined;
  /** The message going out, a request or a sum: both have 8 bytes. And how many of its bytes are out. */
  readonly #outgoing = new DataView(new ArrayBuffer(REQUEST_BYTES));
  readonly #outgoingBytes = new Uint8Array(this.#outgoing.buffer);
  #outgoingSent = 0;
  /** Bytes handed out by `send` and not yet confirmed. */
  #handedOut = 0;

  /** @param options - see {@link ClientSessionOptions} */
  constructor(options: ClientSessionOptions = {}) {
    this.#greetingDue = options.greeting ?? false;
    this.#sendSum = options.sendSum ?? true;
  }

  /** The verb it waits for now; `close` says that nothing is pending: close, or {@link request} if {@link idle}. */
  get next(): ClientVerb {
    return this.#node.row.waitsFor;
  }

  /** Whether {@link request} can be called. */
  get idle(): boolean {
    return this.#node.state === 'idle';
  }

  /** While `next` is `receive`: how many bytes are certain to come, at least 1. Otherwise 0. */
  get expects(): number {
    if (this.#node.state === 'count') return (this.#greetingDue ? GREETING_BYTES : 0) + this.#head.missing;
    if (this.#node.state === 'primes') return this.#primeBytesDue();
    return 0;
  }

  /** What was asked last; undefined before the first request. */
  get interval(): Interval | undefined {
    return this.#interval;
  }

  /** N of the answer to it; undefined until it has come. */
  get count(): number | undefined {
    return this.#count;
  }

  /** How many primes of the answer have come. */
  get received(): number {
    return this.#reader.received;
  }

  /** The sum of the primes that have come. */
  get sum(): bigint {
    return this.#reader.sum;
  }

  /** The whole primes that the last `receive` brought; a view, valid until the next `receive`. */
  get primes(): Int32Array {
    return this.#reader.primes;
  }

  /**
   * Begins an exchange: which primes lie in [a, b]?
   *
   * @param a - lower bound, int32
   * @param b - upper bound, int32; may be less than a
   * @throws Error if the session is not {@link idle}; RangeError if a bound is not an int32
   */
  request(a: number, b: number): void {
    if (!this.idle) throw new Error(`cannot request: the session must be idle, it is ${this.#node.state}`);
    writeInt32(this.#outgoingBytes, 0, a);
    writeInt32(this.#outgoingBytes, 4, b);
    this.#interval = [a, b];
    this.#count = undefined;
    this.#reader.begin(a, b);
    this.#fire('ask');
  }

  /**
   * Asks for the next bytes for the wire. Moves nothing: what {@link sent} does not confirm is handed out again.
   *
   * @param maxBytes - how many bytes to hand out at most, at least 1
   * @returns a view, valid until the next call of this session
   * @throws Error if `next` is not `send`; RangeError if maxBytes is less than 1
   */
  send(maxBytes: number): Uint8Array {
    this.#require('send');
    if (!(maxBytes >= 1)) throw new RangeError(`cannot send: maxBytes must be at least 1, got ${maxBytes}`);
    const all = this.#outgoingBytes;
    const isWhole = this.#outgoingSent === 0 && maxBytes >= all.length;
    const bytes = isWhole ? all : all.subarray(this.#outgoingSent, this.#outgoingSent + maxBytes);
    this.#handedOut = bytes.length;
    return bytes;
  }

  /**
   * The wire took so many of the bytes last handed out.
   *
   * @param count - 0 to the length handed out
   * @throws Error if `next` is not `send`; RangeError if count is out of range
   */
  sent(count: number): void {
    this.#require('send');
    if (!Number.isInteger(count) || count < 0 || count > this.#handedOut) {
      throw new RangeError(`cannot confirm bytes as sent: needs 0 to ${this.#handedOut}, got ${count}`);
    }
    this.#handedOut = 0;
    this.#outgoingSent += count;
    if (this.#outgoingSent < this.#outgoingBytes.length) return;
    this.#outgoingSent = 0;
    this.#fire(this.#node.state === 'summing' && this.#ended ? 'last' : 'done');
  }

  /**
   * Bytes arrived, split or glued in any way. A server may greet or refuse unasked, so this is allowed also while
   * `next` is not `receive`; a driver that finds its connection broken in `send` may find the reason here.
   *
   * @param bytes - what came; an empty array says that the server has ended its sending
   * @returns how many bytes it took: all
   * @throws RefusedError if the server refused
   * @throws ProtocolError if the server broke the protocol; each breach has its subclass. Either way `next` is then
   * `close`, and `primes`, `received` and `sum` hold what was good
   * @throws Error if the session is closed
   */
  receive(bytes: Uint8Array): number {
    if (this.#node.state === 'closed') throw new Error('cannot receive: the session is closed');
    this.#reader.clear();
    if (bytes.length === 0) this.#end();
    for (let at = 0; at < bytes.length;) at += this.#take(bytes, at);
    return bytes.length;
  }

  /** The connection is over, whoever ended it. Does nothing on a session already closed. */
  close(): void {
    if (this.#node.state !== 'closed') this.#fire('closed');
  }

  /** Takes what belongs together from index `at` on and returns how many bytes that was. */
  #take(bytes: Uint8Array, at: number): number {
    if (this.#node.state === 'primes') return this.#takePrimes(bytes, at);
    if (this.#node.state === 'summing' || this.#node.state === 'over') {
      this.#fail(new TrailingGarbageError(`cannot receive: nothing is due, got ${bytes.length - at} bytes`));
    }
    if (this.#greetingDue) return this.#takeGreeting(bytes[at]!);
    const taken = this.#head.take(bytes, at);
    if (this.#head.missing === 0) this.#takeCount(decodeCount(this.#head.finish()));
    return taken;
  }

  #takeGreeting(byte: number): number {
    if (byte !== GREETING) {
      this.#fail(new WrongGreetingError(`cannot read the greeting: needs the byte ${GREETING}, got ${byte}`));
    }
    this.#greetingDue = false;
    return GREETING_BYTES;
  }

  #takeCount(count: number): void {
    if (isRefusal(count)) this.#fail(new RefusedError(count));
    if (this.#node.state !== 'count') {
      this.#fail(new TrailingGarbageError(`cannot receive: nothing was asked, got the number ${count}`));
    }
    const [a, b] = this.#interval!;
    const most = maxCount(a, b);
    if (count < 0 || count > most) {
      this.#fail(new CountOutOfRangeError([a, b], most, count));
    }
    this.#count = count;
    if (count === 0) this.#finishAnswer();
    else this.#fire('counted');
  }

  #takePrimes(bytes: Uint8Array, at: number): number {
    const taken = Math.min(bytes.length - at, this.#primeBytesDue());
    try {
      this.#reader.read(bytes.subarray(at, at + taken));
    } catch (error) {
      this.#fire('failed');
      throw error;
    }
    if (this.#primeBytesDue() === 0) this.#finishAnswer();
    return taken;
  }

  #primeBytesDue(): number {
    return this.#count! * PRIME_BYTES - this.#reader.bytesRead;
  }

  #finishAnswer(): void {
    if (this.#sendSum) this.#outgoing.setBigInt64(0, this.#reader.sum);
    this.#fire(this.#sendSum ? 'answered' : 'last');
  }

  #end(): void {
    this.#ended = true;
    if (this.#node.transitions.has('end')) {
      this.#fire('end');
      return;
    }
    const [a, b] = this.#interval!;
    const got = this.#count === undefined ? 'N has not come' : `got ${this.received} of ${this.#count} primes`;
    this.#fail(new EarlyEndError(`cannot read the answer to [${a}, ${b}]: the server ended, ${got}`));
  }

  #fail(error: ProtocolError): never {
    this.#fire('failed');
    throw error;
  }

  #require(verb: ClientVerb): void {
    if (this.next !== verb)
      throw new Error(`cannot ${verb}: the session is ${this.#node.state} and waits to ${this.next}`);
  }

  #fire(event: ClientEvent): void {
    const transition = this.#node.transitions.get(event);
    if (transition === undefined) throw new Error(`cannot take "${event}": the session is ${this.#node.state}`);
    this.#node = transition.to;
  }
}

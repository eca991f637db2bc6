/**
 * The client's side of the conversation: it sends a request, checks the answer as it arrives, and confirms it by its sum.
 *
 * It has the same verbs as the server's side. It stores no answer: the primes of each chunk can be read until the next
 * `receive`, so the full answer of 420 MB needs no more memory than its largest chunk. It checks that N is possible, that
 * the numbers ascend and lie inside the interval, and that there are exactly N. It can't check that they are prime, nor
 * that none is missing.
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
import { graphOf, requireNext, requireSent, transitionOf } from './state-graph.ts';
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

export interface ClientSessionOptions {
  /** The dialect `greeting`: the server sends one byte `x` first. Default: false. */
  readonly greeting?: boolean;
  /** Confirm each answer by its sum. Without it, only one request is possible, as with older clients. Default: true. */
  readonly sendSum?: boolean;
}

const NODES = graphOf<ClientState, ClientEvent, never, ClientStateRow>(CLIENT_STATES);

/**
 * The client's side of one connection.
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

  #node: (typeof NODES)[ClientState] = NODES.idle;
  #greetingDue: boolean;
  #ended = false;
  #interval: Interval | undefined;
  #count: number | undefined;
  /** The message being sent, a request or a sum: both have 8 bytes. */
  readonly #outgoing = new DataView(new ArrayBuffer(REQUEST_BYTES));
  readonly #outgoingBytes = new Uint8Array(this.#outgoing.buffer);
  #outgoingSent = 0;
  /** Bytes returned by `send` and not yet confirmed. */
  #inFlight = 0;

  constructor(options: ClientSessionOptions = {}) {
    this.#greetingDue = options.greeting ?? false;
    this.#sendSum = options.sendSum ?? true;
  }

  /** What the session waits for. `close` means that nothing is pending: close, or {@link request} if {@link idle}. */
  get next(): ClientVerb {
    return this.#node.row.waitsFor;
  }

  /** Whether {@link request} can be called. */
  get idle(): boolean {
    return this.#node.state === 'idle';
  }

  /** While `next` is `receive`: the number of bytes that are certain to come, at least 1. Otherwise 0. */
  get expects(): number {
    if (this.#node.state === 'count') return (this.#greetingDue ? GREETING_BYTES : 0) + this.#head.missing;
    if (this.#node.state === 'primes') return this.#primeBytesDue();
    return 0;
  }

  /** Interval of the last request; undefined before the first one. */
  get interval(): Interval | undefined {
    return this.#interval;
  }

  /** N of its answer; undefined until it has arrived. */
  get count(): number | undefined {
    return this.#count;
  }

  /** Number of primes of the answer that have arrived. */
  get received(): number {
    return this.#reader.received;
  }

  /** Sum of the primes that have arrived. */
  get sum(): bigint {
    return this.#reader.sum;
  }

  /** The primes that the last `receive` completed; a view, valid until the next `receive`. */
  get primes(): Int32Array {
    return this.#reader.primes;
  }

  /**
   * Begins an exchange: which primes lie in [a, b]?
   *
   * @throws Error if the session is not {@link idle}; RangeError if a bound is not an int32
   */
  request(a: number, b: number): void {
    if (!this.idle) throw new Error(`cannot request: the session must be idle, got ${this.#node.state}`);
    writeInt32(this.#outgoingBytes, 0, a);
    writeInt32(this.#outgoingBytes, 4, b);
    this.#interval = [a, b];
    this.#count = undefined;
    this.#reader.begin(a, b);
    this.#fire('ask');
  }

  /**
   * Returns the next bytes to send. Bytes that {@link sent} doesn't confirm are returned again.
   *
   * @returns a view, valid until the next call of this session
   * @throws Error if `next` is not `send`; RangeError if maxBytes is less than 1
   */
  send(maxBytes: number): Uint8Array {
    requireNext(this.#node, 'send');
    if (!(maxBytes >= 1)) throw new RangeError(`cannot send: maxBytes must be at least 1, got ${maxBytes}`);
    const all = this.#outgoingBytes;
    const isWhole = this.#outgoingSent === 0 && maxBytes >= all.length;
    const bytes = isWhole ? all : all.subarray(this.#outgoingSent, this.#outgoingSent + maxBytes);
    this.#inFlight = bytes.length;
    return bytes;
  }

  /**
   * Confirms bytes that {@link send} returned.
   *
   * @param count - number of bytes that the kernel took, from 0 to the length of what `send` returned
   * @throws Error if `next` is not `send`; RangeError if count is out of range
   */
  sent(count: number): void {
    requireNext(this.#node, 'send');
    requireSent(count, this.#inFlight);
    this.#inFlight = 0;
    this.#outgoingSent += count;
    if (this.#outgoingSent < this.#outgoingBytes.length) return;
    this.#outgoingSent = 0;
    this.#fire(this.#node.state === 'summing' && this.#ended ? 'last' : 'done');
  }

  /**
   * Takes bytes that arrived, split or joined in any way. A server may greet or refuse before it is asked, so this is
   * allowed in every state but `closed`. A driver whose `send` fails should receive once more: a refusal may be waiting.
   *
   * @param bytes - the bytes; an empty array means that the server has ended its sending
   * @returns the number of bytes taken: all
   * @throws RefusedError if the server refused; ProtocolError if it broke the protocol, with a subclass for each fault.
   *   `next` is then `close`, and `primes`, `received` and `sum` hold what was correct
   * @throws Error if the session is closed
   */
  receive(bytes: Uint8Array): number {
    if (this.#node.state === 'closed') throw new Error('cannot receive: the session must be open, got closed');
    this.#reader.clear();
    if (bytes.length === 0) this.#end();
    for (let at = 0; at < bytes.length;) at += this.#take(bytes, at);
    return bytes.length;
  }

  /** Closes the session; does nothing if it is closed. */
  close(): void {
    if (this.#node.state !== 'closed') this.#fire('closed');
  }

  /** Takes a part of one message, from index `at` on; returns the number of bytes taken. */
  #take(bytes: Uint8Array, at: number): number {
    if (this.#node.state === 'primes') return this.#takePrimes(bytes, at);
    if (this.#node.state === 'summing' || this.#node.state === 'over') {
      this.#fail(new TrailingGarbageError(`cannot receive: no bytes are due, got ${bytes.length - at}`));
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
      this.#fail(new TrailingGarbageError(`cannot receive: an answer needs a request, got the number ${count}`));
    }
    const [a, b] = this.#interval!;
    const most = maxCount(a, b);
    if (count < 0 || count > most) this.#fail(new CountOutOfRangeError([a, b], most, count));
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
    const [due, got] = this.#count === undefined ? ['N', 'no N'] : [`${this.#count} primes`, String(this.received)];
    this.#fail(
      new EarlyEndError(`cannot read the answer to [${a}, ${b}]: ${due} must come before the end, got ${got}`),
    );
  }

  #fail(error: ProtocolError): never {
    this.#fire('failed');
    throw error;
  }

  #fire(event: ClientEvent): void {
    this.#node = transitionOf(this.#node, event).to;
  }
}

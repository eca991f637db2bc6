/**
 * A client that follows the protocol and compares every byte of each answer with the reference.
 *
 * It uses `node:net`, independent of the code under test, and is as cheap as that allows: all clients receive into one
 * buffer, because each compares its bytes at once and keeps none.
 */
import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { type Interval, requestBytes } from '@concurrent-primes/conformance';
import type { Answer, ReferenceAnswers } from './reference-answers.ts';

/** What one client does. */
export interface GoodVisit {
  /** Its requests, in sequence on one connection: at least one interval. */
  readonly intervals: readonly Interval[];
  /** Sends byte by byte with this pause, in milliseconds; default: each message in one piece. */
  readonly gapMs?: number;
  /** Address of the client's end. */
  readonly localAddress: string;
}

/** Longest time without bytes from the server. */
const DEADLINE_MS = 20_000;
const NO_SUM_YET = new Uint8Array(0);
const received = new Uint8Array(64 * 1024);

/**
 * Connects, asks, verifies, sends the sums, and closes in order.
 *
 * @throws Error if an answer has a wrong byte, is late, or is followed by bytes that weren't asked for
 */
export async function visitAndVerify(port: number, visit: GoodVisit, reference: ReferenceAnswers): Promise<void> {
  await new GoodClient(port, visit, reference).done;
}

class GoodClient {
  /** Resolves when both sides have ended the connection in order. */
  readonly done: Promise<void>;
  readonly #socket: Socket;
  readonly #visit: GoodVisit;
  readonly #reference: ReferenceAnswers;
  /** The number of intervals that it has asked for. */
  #asked = 0;
  /** The answer that it expects. */
  #answer: Answer;
  /** The number of its bytes that have arrived. */
  #offset = 0;

  constructor(port: number, visit: GoodVisit, reference: ReferenceAnswers) {
    this.#visit = visit;
    this.#reference = reference;
    this.#socket = connect({
      port,
      host: '127.0.0.1',
      localAddress: visit.localAddress,
      noDelay: true,
      allowHalfOpen: true, // it ends its side after the last sum, not when the server ends
      onread: { buffer: received, callback: (length) => this.#take(received.subarray(0, length)) },
    });
    this.#socket.setTimeout(DEADLINE_MS, () => {
      this.#fail(`nothing for ${DEADLINE_MS} ms`);
    });
    this.done = new Promise((resolve, reject) => {
      this.#socket.once('error', reject);
      this.#socket.once('end', () => {
        if (!this.#isDone()) this.#fail('the end of the connection');
      });
      this.#socket.once('close', () => {
        resolve();
      });
    });
    this.#answer = this.#ask(NO_SUM_YET);
  }

  /** Compares bytes that have arrived; returns false to stop reading. */
  #take(chunk: Uint8Array): boolean {
    const { bytes, sum } = this.#answer;
    const end = this.#offset + chunk.length;
    if (Buffer.compare(chunk, bytes.subarray(this.#offset, end)) !== 0) {
      this.#fail(`${chunk.length} bytes of which some are wrong or too many`);
      return false;
    }
    this.#offset = end;
    if (end < bytes.length) return true;
    if (this.#asked < this.#visit.intervals.length) this.#answer = this.#ask(sum);
    else this.#send(sum, true);
    return true;
  }

  /** Sends the next request, in one piece with the sum of the previous answer. */
  #ask(sum: Uint8Array): Answer {
    const interval = this.#visit.intervals[this.#asked]!;
    this.#asked += 1;
    this.#offset = 0;
    this.#send(Buffer.concat([sum, requestBytes(...interval)]), false);
    return this.#reference.answer(interval);
  }

  #send(bytes: Uint8Array, last: boolean): void {
    const { gapMs } = this.#visit;
    if (gapMs !== undefined) void this.#sendSlowly(bytes, gapMs, last);
    else if (last) this.#socket.end(bytes);
    else this.#socket.write(bytes);
  }

  async #sendSlowly(bytes: Uint8Array, gapMs: number, last: boolean): Promise<void> {
    for (const byte of bytes) {
      this.#socket.write(Uint8Array.of(byte));
      await delay(gapMs);
    }
    if (last) this.#socket.end();
  }

  #isDone(): boolean {
    return this.#asked === this.#visit.intervals.length && this.#offset === this.#answer.bytes.length;
  }

  #fail(got: string): void {
    const [a, b] = this.#visit.intervals[this.#asked - 1]!;
    const where = `at byte ${this.#offset} of the answer to [${a}, ${b}]`;
    this.#socket.destroy(
      new Error(`a good client ${where}: expected ${this.#answer.bytes.length} right bytes, got ${got}`),
    );
  }
}

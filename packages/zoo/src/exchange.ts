/**
 * The well-behaved part of a bad client: what it does by the book until it misbehaves. The book is the client's session
 * of the protocol, which checks the server's answers; here its verbs become steps of a script.
 */
import { ClientSession, encodeRequest, type Interval } from '@concurrent-primes/protocol';
import type { Script, ScriptOptions } from './script.ts';

/** Most bytes that are received at a time. */
export const PIECE_BYTES = 64 * 1024;
/** 9592 primes, 38 KB: fits in a socket's buffers. */
export const SMALL: Interval = [0, 100_000];
/** 420 MB: more than any socket buffers, so a server is still sending when the client goes. */
export const HUGE: Interval = [0, 2_147_483_647];

const SUM_BYTES = 8;

/** One connection's conversation, in parts to be left out or cut short. */
export class Exchange {
  readonly #session: ClientSession;
  readonly #interval: Interval;

  /** @param otherwise - what to ask for if the options don't say */
  constructor({ interval, greeting = false }: ScriptOptions, otherwise: Interval) {
    this.#session = new ClientSession({ greeting });
    this.#interval = interval ?? otherwise;
  }

  /** How many primes have come. */
  get received(): number {
    return this.#session.received;
  }

  /** Whether the whole answer has come. */
  get answered(): boolean {
    return this.#session.next !== 'receive';
  }

  /** The sum of the primes that have come. */
  get sum(): bigint {
    return this.#session.sum;
  }

  /** The request's 8 bytes, for scripts that send them in another way and then call {@link began}. */
  get request(): Uint8Array {
    return encodeRequest(...this.#interval);
  }

  /** The request went out. */
  began(): void {
    this.#session.request(...this.#interval);
    this.#session.sent(this.#session.send(PIECE_BYTES).length);
  }

  /** Sends the request. */
  *ask(): Script {
    yield { do: 'send', bytes: this.request };
    this.began();
  }

  /** Receives N, and nothing after it. */
  *readCount(): Script {
    while (this.#session.count === undefined) yield* this.#receive(this.#session.expects);
  }

  /** Receives this number of bytes of primes, or all if there are fewer. */
  *readPrimes(bytes: number): Script {
    for (let left = bytes; left > 0 && !this.answered;) left -= yield* this.#receive(Math.min(left, PIECE_BYTES));
  }

  /** Receives all that is still due of the answer. */
  *readAnswer(): Script {
    while (!this.answered) yield* this.#receive(PIECE_BYTES);
  }

  /** Sends the request and receives its answer. */
  *askAndRead(): Script {
    yield* this.ask();
    yield* this.readAnswer();
  }

  /** The sum's 8 bytes; the next request may follow. */
  takeSum(): Uint8Array {
    const bytes = this.#session.send(SUM_BYTES);
    this.#session.sent(bytes.length);
    return bytes;
  }

  /** Sends the sum. */
  *confirm(): Script {
    yield { do: 'send', bytes: this.takeSum() };
  }

  *#receive(maxBytes: number): Script<number> {
    const bytes = yield { do: 'receive', maxBytes: Math.min(maxBytes, this.#session.expects) };
    this.#session.receive(bytes);
    return bytes.length;
  }
}

/**
 * Plays a script of the zoo on a connection: the driver that such a script asks for.
 *
 * Nothing that the server does to a misbehaving client is wrong here: it may answer, refuse or cut it. What counts is
 * the next good client.
 */
import { decodeRequest, decodeSum, ProtocolError, REQUEST_BYTES, SUM_BYTES } from '@concurrent-primes/protocol';
import { NOTHING, type Script } from '@concurrent-primes/zoo';
import type { Connection } from './connection.ts';
import { requestMeaning } from './exchange.ts';

/** A client cycles through a request and its sum. */
const CYCLE_BYTES = REQUEST_BYTES + SUM_BYTES;
/** How much is received at a time where it is discarded. */
const DRAIN_BYTES = 64 * 1024;
/** A server that does not close has a check of its own; here it would only take long. */
const DRAIN_MS = 500;

/** One visit of a misbehaving client. */
export class ZooVisit {
  readonly connection: Connection;
  readonly #script: Script;
  #sentBytes = 0;

  /**
   * @param script - to be played
   * @param connection - fresh
   */
  constructor(script: Script, connection: Connection) {
    this.#script = script;
    this.connection = connection;
    connection.transcript.awaitAnswer();
  }

  /**
   * Plays on: to where the script holds on to the server, or to its end.
   *
   * @returns whether it holds on; called again, it is let go
   */
  async play(): Promise<boolean> {
    try {
      return await this.#steps();
    } catch (error) {
      // The script has noticed that the server does not play along.
      if (!(error instanceof ProtocolError)) throw error;
      this.connection.close();
      return false;
    }
  }

  async #steps(): Promise<boolean> {
    const { connection } = this;
    let answer = NOTHING;
    while (true) {
      const { value: step, done } = this.#script.next(answer);
      if (done === true) break;
      answer = NOTHING;
      switch (step.do) {
        case 'send':
          await connection.send(step.bytes, this.#meaningOf(step.bytes));
          this.#sentBytes += step.bytes.length;
          break;
        case 'receive': {
          const received = await connection.receiveSome(step.maxBytes);
          if (typeof received !== 'string') answer = received;
          break;
        }
        case 'drain':
          while (typeof (await connection.receiveSome(DRAIN_BYTES, DRAIN_MS)) !== 'string');
          break;
        case 'pause':
          await connection.pause(step.pauseMs);
          break;
        case 'hold':
          return true;
        case 'end':
          connection.end();
          break;
        case 'reset':
          connection.reset();
          break;
      }
    }
    connection.close();
    return false;
  }

  /** Scripts don't say what their bytes mean, but where they stand tells. */
  #meaningOf(bytes: Uint8Array): string {
    const at = this.#sentBytes % CYCLE_BYTES;
    if (at === 0) this.connection.transcript.awaitAnswer();
    if (at === 0 && bytes.length === REQUEST_BYTES) return requestMeaning(decodeRequest(bytes));
    if (at === REQUEST_BYTES && bytes.length === SUM_BYTES) return `sum = ${String(decodeSum(bytes))}`;
    if (bytes.length > REQUEST_BYTES) return `${bytes.length} bytes`;
    return at < REQUEST_BYTES ? 'part of a request' : 'part of a sum';
  }
}

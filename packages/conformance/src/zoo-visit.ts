/**
 * Plays scripts of the zoo on real connections.
 *
 * Nothing that a server does to a misbehaving client is wrong: it may answer, refuse or cut it. What counts is the next
 * good client, and the server's tally.
 */
import { NOTHING, type Script, ScriptFailure, type Step } from '@concurrent-primes/zoo';
import type { Peer } from './peer.ts';
import { readInt32, readSum, REQUEST_BYTES, SUM_BYTES } from './prime-wire.ts';

/** A client sends requests and sums in turn. */
const CYCLE_BYTES = REQUEST_BYTES + SUM_BYTES;

/** Options of a {@link ZooVisit}. */
export interface ZooVisitOptions {
  /** Longest silence while it waits for the server's end, in milliseconds; default: the peer's limit. */
  readonly drainMs?: number;
  /** Called before each act that the server can notice; the client acts when its promise resolves. */
  readonly before?: (act: ZooAct) => Promise<void>;
}

/** What a server can notice of a client. */
export type ZooAct = Extract<Step['do'], 'send' | 'end' | 'reset'>;

/** One visit of a misbehaving client. */
export class ZooVisit {
  readonly peer: Peer;
  readonly #script: Script;
  readonly #drainMs: number;
  readonly #before: ZooVisitOptions['before'];
  #sentBytes = 0;
  #answer = NOTHING;

  /**
   * @param script - script of the client
   * @param peer - a fresh connection
   * @param options - see {@link ZooVisitOptions}
   */
  constructor(script: Script, peer: Peer, { drainMs = peer.timeoutMs, before }: ZooVisitOptions = {}) {
    this.#script = script;
    this.peer = peer;
    this.#drainMs = drainMs;
    this.#before = before;
    peer.observer?.awaitAnswer();
  }

  /**
   * Plays to the point where the client holds on to the server, or to its end.
   * @returns true if the client holds on; called again, it lets go
   * @throws ScriptFailure when the server doesn't do its part; the connection is closed then
   */
  async play(): Promise<boolean> {
    try {
      for (;;) {
        const { value: step, done } = this.#script.next(this.#answer);
        if (done === true) break;
        if (step.do === 'hold') return true;
        this.#answer = await this.#perform(step);
      }
    } catch (error) {
      await this.peer.close();
      throw error;
    }
    await this.peer.close();
    return false;
  }

  /** The same, for a server that need not do its part. */
  async playAnyhow(): Promise<boolean> {
    try {
      return await this.play();
    } catch (error) {
      if (error instanceof ScriptFailure) return false;
      throw error;
    }
  }

  async #perform(step: Step): Promise<Uint8Array> {
    const { peer } = this;
    if (step.do === 'send' || step.do === 'end' || step.do === 'reset') await this.#before?.(step.do);
    switch (step.do) {
      case 'send':
        await peer.send(step.bytes, { meaning: this.#meaningOf(step.bytes) });
        this.#sentBytes += step.bytes.length;
        break;
      case 'receive': {
        const received = await peer.receiveSome(step.maxBytes);
        if (typeof received !== 'string') return received;
        break;
      }
      case 'drain':
        while (typeof (await peer.receiveSome(Infinity, this.#drainMs)) !== 'string');
        break;
      case 'pause':
        await peer.pause(step.pauseMs);
        break;
      case 'end':
        await peer.end();
        break;
      case 'reset':
        await peer.reset();
        break;
      case 'hold':
        break;
    }
    return NOTHING;
  }

  /** Scripts don't say what their bytes mean, but their position tells. */
  #meaningOf(bytes: Uint8Array): string {
    const at = this.#sentBytes % CYCLE_BYTES;
    if (at === 0) this.peer.observer?.awaitAnswer();
    if (at === 0 && bytes.length === REQUEST_BYTES) return `a = ${readInt32(bytes)}, b = ${readInt32(bytes, 4)}`;
    if (at === REQUEST_BYTES && bytes.length === SUM_BYTES) return `sum = ${readSum(bytes)}`;
    if (bytes.length > REQUEST_BYTES) return `${bytes.length} bytes`;
    return at < REQUEST_BYTES ? 'part of a request' : 'part of a sum';
  }
}

/** The clients that a page can add to a running server: a good one, and each member of the zoo. */
import { type Client, connect } from '@concurrent-primes/client';
import { Peer, type PeerObserver, ZooVisit } from '@concurrent-primes/conformance';
import type { Clients } from '@concurrent-primes/watch';
import { ZOO, memberNamed } from '@concurrent-primes/zoo';

/** Longer than any hold of a lecture: a held server is silent. */
const LONGEST_SILENCE_MS = 60 * 60_000;
/** Slow members pause this long between two steps, so that one can watch them. */
const PAUSE_MS = 700;
const GOOD = { name: 'good', does: 'asks, reads, reports the sum and leaves' } as const;

/** A server that takes clients. */
export interface Destination {
  readonly host: string;
  readonly port: number;
  /** Whether it greets. */
  readonly greeting: boolean;
}

/**
 * Called before a client does something that the server can notice; it does so when the promise resolves.
 *
 * @param act - in a few words, without a subject: "connects"
 */
export type BeforeAct = (act: string) => Promise<void>;

const AT_ONCE: BeforeAct = () => Promise.resolve();
const ACTS = { send: 'sends bytes', end: 'ends its sending', reset: 'resets its connection' } as const;

/** What became of a client. */
export interface Visit {
  /** In a few words. */
  readonly how: string;
  /** Whether it stays connected until {@link AddedClients.close}, or until the server closes its connection. */
  readonly holds: boolean;
}

/** Clients that this process starts against its own server. */
export class AddedClients implements Clients, AsyncDisposable {
  readonly kinds = [GOOD, ...ZOO.map(({ name, does }) => ({ name, does }))];
  readonly #server: Destination;
  readonly #open = new Set<Peer | Client>();
  readonly #leaving = new AbortController();
  readonly #observe: (() => PeerObserver) | undefined;

  /**
   * @param server - where they connect
   * @param observe - makes an observer for each connection; default: nobody observes
   */
  constructor(server: Destination, observe?: () => PeerObserver) {
    this.#server = server;
    this.#observe = observe;
  }

  /** Plays a client to its end; see {@link Clients.add}. One that holds on stays until {@link AddedClients.close}. */
  async add(name: string, interval: readonly [a: number, b: number]): Promise<string> {
    const { ended } = await this.begin(name, interval);
    return (await ended).how;
  }

  /**
   * Connects a client, which then plays to its end.
   *
   * @param before - see {@link BeforeAct}; default: it does everything at once
   * @returns when it is connected: how it will have ended
   */
  async begin(
    name: string,
    interval: readonly [a: number, b: number],
    before = AT_ONCE,
  ): Promise<{ readonly ended: Promise<Visit> }> {
    const connected = Promise.withResolvers<undefined>();
    const ask = this.#observe === undefined ? this.#ask : this.#askObserved;
    const play = name === GOOD.name ? ask.call(this, interval, connected, before) : undefined;
    const ended = play ?? this.#visit(name, interval, connected, before);
    ended.catch(connected.reject);
    await connected.promise;
    return { ended };
  }

  /** Ends all clients. */
  async close(): Promise<void> {
    this.#leaving.abort();
    await Promise.all([...this.#open].map((client) => client.close()));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #ask(
    [a, b]: readonly [number, number],
    connected: PromiseWithResolvers<undefined>,
    before: BeforeAct,
  ): Promise<Visit> {
    await before('connects');
    this.#leaving.signal.throwIfAborted();
    await using client = await connect({ ...this.#server, idleTimeoutMs: LONGEST_SILENCE_MS });
    this.#leaving.signal.throwIfAborted();
    connected.resolve(undefined);
    this.#open.add(client);
    try {
      await before('sends its request');
      const { count, sum } = await client.sum(a, b);
      return { how: `served: ${count} primes, sum ${sum}`, holds: false };
    } finally {
      this.#open.delete(client);
    }
  }

  /** A good client whose bytes somebody observes. */
  async #askObserved(
    interval: readonly [number, number],
    connected: PromiseWithResolvers<undefined>,
    before: BeforeAct,
  ): Promise<Visit> {
    await before('connects');
    await using peer = await this.#connect();
    connected.resolve(undefined);
    this.#open.add(peer);
    try {
      await before('sends its request');
      await peer.sendRequest(...interval);
      const count = await peer.readCount();
      const { sum } = await peer.readPrimes(count, interval);
      await peer.sendSum(sum);
      return { how: `served: ${count} primes, sum ${sum}`, holds: false };
    } finally {
      this.#open.delete(peer);
    }
  }

  async #connect(): Promise<Peer> {
    const { host, port } = this.#server;
    this.#leaving.signal.throwIfAborted();
    return Peer.connect(port, {
      ...{ host, timeoutMs: LONGEST_SILENCE_MS, signal: this.#leaving.signal },
      observer: this.#observe?.(),
    });
  }

  async #visit(
    name: string,
    interval: readonly [number, number],
    connected: PromiseWithResolvers<undefined>,
    before: BeforeAct,
  ): Promise<Visit> {
    const member = memberNamed(name);
    const { greeting } = this.#server;
    let left = member.connections;
    const visitAll = async (): Promise<boolean> => {
      let isHolding = false;
      while (left > 0) {
        this.#leaving.signal.throwIfAborted();
        left -= 1;
        await before('connects');
        const script = member.script({ interval, pauseMs: PAUSE_MS, greeting });
        const peer = await this.#connect();
        connected.resolve(undefined);
        this.#open.add(peer);
        const holds = await new ZooVisit(script, peer, { before: (act) => before(ACTS[act]) }).playAnyhow();
        isHolding ||= holds;
        if (!holds) this.#open.delete(peer);
      }
      return isHolding;
    };
    const holding = await Promise.all(Array.from({ length: member.atOnce }, visitAll));
    const holds = holding.includes(true);
    return { how: holds ? 'stays connected, and does nothing more' : 'gone', holds };
  }
}

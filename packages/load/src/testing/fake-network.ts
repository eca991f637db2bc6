/**
 * A network that takes no time: connections to a server that a test makes up, a selector over them, and a clock that
 * moves on when somebody waits. Looking at it moves it too, by a microsecond: so a loop that looks again and again
 * until a moment has come sees it come.
 */
import { NONE, READ, type ReadyList, type Selector, SocketError, WOULD_BLOCK, WRITE } from '@concurrent-primes/sockets';
import { constants } from 'node:os';
import type { LoadConnection } from '../load-connection.ts';
import type { LoopWorld, TimedSample } from '../load-loop.ts';

const LOOK_MS = 0.001;
const FIRST_DESCRIPTOR = 3;
const REQUEST_BYTES = 8;

/** A request as the server sees it. */
export interface FakeRequest {
  readonly a: number;
  readonly b: number;
  /** On its connection, from 0. */
  readonly number: number;
  readonly arrivedMs: number;
}

/** Something that comes from the server. */
export interface Arrival {
  readonly atMs: number;
  /** Empty: it ends its sending. Undefined: it resets the connection. */
  readonly bytes: Uint8Array | undefined;
}

/** What a test makes up. */
export interface FakeServer {
  /** What comes for a request. */
  answer(request: FakeRequest): readonly Arrival[];
  /** What comes by itself, for a new connection. Default: nothing. */
  greet?(nowMs: number): readonly Arrival[];
  /** Each whole message of 8 bytes that is no request. */
  sum?(sum: bigint): void;
  /** Why a connection can't be made; undefined if it can. */
  refuse?(nowMs: number): 'ECONNREFUSED' | 'EMFILE' | 'EADDRNOTAVAIL' | 'ENETUNREACH' | undefined;
  /** How long a connection takes to be made. Default: 0. */
  readonly connectMs?: number;
}

/** See above. */
export class FakeNetwork {
  readonly server: FakeServer;
  readonly connections = new Map<number, FakeConnection>();
  /** How many connections were made. */
  made = 0;
  #nowMs = 0;
  #freed: number[] = [];

  constructor(server: FakeServer) {
    this.server = server;
  }

  /** A world for a loop. */
  world(changes: Partial<LoopWorld> = {}): LoopWorld & { readonly samples: TimedSample[] } {
    const samples: TimedSample[] = [];
    return {
      selector: new FakeSelector(this),
      connect: this.connect,
      now: this.now,
      isStopped: () => false,
      onSample: (sample) => samples.push(sample),
      cpuMs: () => 0,
      samples,
      ...changes,
    };
  }

  readonly now = (): number => (this.#nowMs += LOOK_MS);

  readonly connect = (): LoadConnection => {
    const refused = this.server.refuse?.(this.#nowMs);
    if (refused !== undefined) throw new SocketError('connect', constants.errno[refused]);
    const descriptor = this.#freed.pop() ?? FIRST_DESCRIPTOR + this.connections.size;
    const connection = new FakeConnection(this, descriptor, this.#nowMs);
    this.connections.set(descriptor, connection);
    this.made++;
    return connection;
  };

  /** The connection is gone, its number is free. */
  closed(descriptor: number): void {
    this.connections.delete(descriptor);
    this.#freed.push(descriptor);
  }

  get nowMs(): number {
    return this.#nowMs;
  }

  waitUntil(atMs: number): void {
    this.#nowMs = Math.max(this.#nowMs, atMs);
  }
}

class FakeConnection implements LoadConnection {
  readonly descriptor: number;
  readonly #network: FakeNetwork;
  readonly #connectedMs: number;
  #arrivals: Arrival[];
  #sent: number[] = [];
  #messages = 0;

  constructor(network: FakeNetwork, descriptor: number, nowMs: number) {
    this.#network = network;
    this.descriptor = descriptor;
    this.#connectedMs = nowMs + (network.server.connectMs ?? 0);
    this.#arrivals = [...(network.server.greet?.(nowMs) ?? [])];
  }

  /** When it can be read or written next. */
  readyMs(interest: number): number {
    const readMs = interest & READ ? (this.#arrivals[0]?.atMs ?? Infinity) : Infinity;
    return Math.max(this.#connectedMs, Math.min(readMs, interest & WRITE ? 0 : Infinity));
  }

  send(bytes: Uint8Array): number {
    if (this.#network.nowMs < this.#connectedMs) return WOULD_BLOCK;
    this.#sent.push(...bytes);
    while (this.#sent.length >= REQUEST_BYTES) this.#take(Uint8Array.from(this.#sent.splice(0, REQUEST_BYTES)));
    return bytes.length;
  }

  recv(buffer: Uint8Array, maxBytes = buffer.length): number {
    const next = this.#arrivals[0];
    if (next === undefined || next.atMs > this.#network.nowMs) return WOULD_BLOCK;
    if (next.bytes === undefined) throw new SocketError('recv', constants.errno.ECONNRESET);
    const taken = next.bytes.subarray(0, maxBytes);
    buffer.set(taken);
    if (taken.length < next.bytes.length) {
      this.#arrivals[0] = { ...next, bytes: next.bytes.subarray(taken.length) };
    } else if (taken.length > 0) this.#arrivals.shift();
    return taken.length;
  }

  finishConnect(): boolean {
    return this.#network.nowMs >= this.#connectedMs;
  }

  close(): void {
    this.#network.closed(this.descriptor);
  }

  setNoDelay(): void {
    // Nothing is delayed here.
  }

  setLinger(): void {
    // A close is a close.
  }

  shutdown(): void {
    // The server of these tests doesn't mind.
  }

  /** Every other message is a request. */
  #take(message: Uint8Array): void {
    const view = new DataView(message.buffer);
    const number = this.#messages++;
    if (number % 2 === 1) {
      this.#network.server.sum?.(view.getBigInt64(0));
      return;
    }
    const arrivedMs = this.#network.nowMs;
    const request = { a: view.getInt32(0), b: view.getInt32(4), number: number / 2, arrivedMs };
    this.#arrivals.push(...this.#network.server.answer(request));
  }
}

class FakeSelector implements Selector {
  readonly kind = 'select';
  readonly capacity = Infinity;
  readonly #network: FakeNetwork;
  readonly #interests = new Map<number, number>();

  constructor(network: FakeNetwork) {
    this.#network = network;
  }

  get size(): number {
    return this.#interests.size;
  }

  register(descriptor: number, interest: number): void {
    if (this.#interests.has(descriptor)) throw new Error(`register: descriptor ${descriptor} is registered already`);
    this.#interests.set(descriptor, interest);
  }

  modify(descriptor: number, interest: number): void {
    if (!this.#interests.has(descriptor)) throw new Error(`modify: descriptor ${descriptor} is not registered`);
    this.#interests.set(descriptor, interest);
  }

  unregister(descriptor: number): void {
    if (!this.#interests.delete(descriptor)) throw new Error(`forget: descriptor ${descriptor} is not registered`);
  }

  forget(descriptor: number): void {
    this.unregister(descriptor);
  }

  select(timeoutMs: number | undefined): ReadyList {
    const network = this.#network;
    const readyMs = [...this.#interests].map(([descriptor, interest]) =>
      interest === NONE ? Infinity : network.connections.get(descriptor)!.readyMs(interest),
    );
    network.waitUntil(Math.min(network.nowMs + (timeoutMs ?? Infinity), ...readyMs));
    const ready = [...this.#interests].filter((_, i) => readyMs[i]! <= network.nowMs);
    return {
      count: ready.length,
      descriptors: Int32Array.from(ready, ([descriptor]) => descriptor),
      events: Uint8Array.from(ready, ([, interest]) => interest),
    };
  }

  close(): void {
    this.#interests.clear();
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

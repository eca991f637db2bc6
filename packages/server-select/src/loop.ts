/**
 * The loop: one thread serves all clients, and never waits for one of them.
 *
 * A turn asks the kernel which sockets are ready and performs **one** verb for each ready client: one `recv`, or one
 * `send` of at most a quantum. Each client that computes gets one bounded slice. Clients that aren't ready are skipped.
 * So the loop blocks in `select` alone, and only when there is nothing to do.
 *
 *     .-----------------------------------------------------.
 *     |   select: which sockets are ready?                  |
 *     |     inready   one recv for each of these clients    |
 *     |     outready  one send for each of these clients    |
 *     |   one slice for each client that computes           |
 *     |   s0, the listening socket: a few accepts           |
 *     |   time limits that passed, an order to stop         |
 *     '-----------------------------------------------------'
 *
 * One shortcut: a client that has just got something to send gets its first `send` in the same turn, without asking
 * whether there is room. The client has read everything before, as a rule, so there is room; if not, `send` says so. A
 * small answer then costs one turn, and the interest of its socket never changes, which saves two system calls with
 * epoll. So a client gets at most one `recv`, one slice and one `send` in a turn.
 *
 * What is still to be sent to a client is a cursor in its session, not a buffer. New connections are accepted after all
 * clients had their turn: a descriptor that was closed in this turn may come back as a new client, which must not be
 * served by the readiness of the old one.
 */
import { RUN, type ServerThread } from '@concurrent-primes/server-core';
import { END, type ListeningSocket, READ, type Selector, WRITE, drainWake } from '@concurrent-primes/sockets';
import { Acceptor } from './acceptor.ts';
import { type Client, ClientTable } from './client-table.ts';
import { shutDown } from './loop-shutdown.ts';
import type { PausedLoops } from './paused-loops.ts';
import type { Quantum } from './quantum.ts';

/** The most connections that one turn accepts: a crowd gets in quickly, and the other clients don't wait for it. */
const ACCEPTS_PER_TURN = 32;

/** What a loop works with; it owns the selector and the listening socket. */
export interface LoopParts {
  readonly selector: Selector;
  /** The listening socket, s0. */
  readonly listener: ListeningSocket;
  /** Readable when the main thread has given an order, or another loop has freed a descriptor. */
  readonly wakeDescriptor: number;
  readonly pausedLoops: PausedLoops;
  readonly quantum: Quantum;
}

/** What a loop thread runs. */
export class Loop {
  readonly #thread: ServerThread<object>;
  readonly #parts: LoopParts;
  readonly #selector: Selector;
  readonly #acceptor: Acceptor;
  readonly #clients: ClientTable;
  /** Clients that compute: they don't wait for their socket, so no readiness would call them. */
  #computing: Client[] = [];
  /** Empty between turns; the two lists change places, so that a turn allocates none. */
  #computed: Client[] = [];
  /** The time, read once a turn. */
  #nowMs: number;
  /** The most bytes that this turn sends to one client. */
  #quantumBytes = 0;

  constructor(thread: ServerThread<object>, parts: LoopParts) {
    this.#thread = thread;
    this.#parts = parts;
    this.#selector = parts.selector;
    this.#clients = new ClientTable(thread, parts.selector);
    this.#acceptor = new Acceptor(thread, parts);
    this.#selector.register(parts.wakeDescriptor, READ);
    this.#nowMs = thread.beginTurn();
  }

  /** Runs turns until the server was told to stop and the last client has left. */
  run(): void {
    while (this.#acceptor.open || this.#clients.count > 0) this.turn();
    this.#selector.close();
  }

  // #region turn
  /** One turn. */
  turn(): void {
    const ready = this.#selector.select(this.#timeoutMs());
    this.#nowMs = this.#thread.beginTurn();
    this.#quantumBytes = this.#parts.quantum.of(ready.count, this.#computing.length);
    let s0Ready = false;
    for (let index = 0; index < ready.count; index += 1) {
      const descriptor = ready.descriptors[index]!;
      const client = this.#clients.get(descriptor);
      if (client !== undefined) this.#serve(client, ready.events[index]!);
      else if (descriptor === this.#parts.wakeDescriptor) drainWake(descriptor);
      else s0Ready = true;
    }
    if (this.#computing.length > 0) this.#compute();
    if (s0Ready || this.#nowMs >= this.#acceptor.retryAtMs) this.#accept();
    this.#expire();
    if (this.#thread.control.order !== RUN) this.#stop();
  }

  /** One `recv` or one `send` for a client whose socket is ready. */
  #serve(client: Client, event: number): void {
    const { connection } = client;
    const { next } = connection;
    const inready = (event & READ) !== 0;
    const outready = (event & WRITE) !== 0;
    if (inready && next === 'receive') {
      connection.receive((event & END) !== 0);
      this.#answer(client);
    } else if (outready && next === 'send') {
      connection.send(this.#quantumBytes);
      this.#settle(client);
    }
    // Otherwise the client computes, and its socket has to wait.
  }

  /** One slice for each client that computes. */
  #compute(): void {
    const clients = this.#computing;
    this.#computing = this.#computed;
    this.#computed = clients;
    for (const client of clients) {
      client.computing = false;
      if (client.connection.closed) continue;
      client.connection.work();
      this.#answer(client);
    }
    clients.length = 0;
  }

  /** The shortcut: the first `send` of an answer doesn't ask for readiness. */
  #answer(client: Client): void {
    const { connection, interest } = client;
    if (interest === READ && connection.next === 'send') {
      // What the client waited for is over; after this send it may wait for the same again, in the next exchange.
      this.#clients.deadlines.stop(client);
      connection.send(this.#quantumBytes);
    }
    this.#settle(client);
  }

  /** Makes selector, time limits and list of computing clients match what a client waits for now. */
  #settle(client: Client): void {
    const { connection } = client;
    const { next } = connection;
    if (next === 'close') this.#close(client);
    else if (next === 'work') {
      // The interest stays: the loop doesn't block meanwhile, and most computing ends within this turn.
      this.#clients.deadlines.stop(client);
      if (!client.computing) this.#computing.push(client);
      client.computing = true;
    } else {
      const interest = next === 'receive' ? READ : WRITE;
      if (interest !== client.interest) this.#selector.modify(connection.descriptor, interest);
      client.interest = interest;
      this.#clients.deadlines.wait(client, connection.phase, this.#nowMs);
    }
  }
  // #endregion

  /** How long select may block: not at all while a client computes, otherwise until the next time limit. */
  #timeoutMs(): number | undefined {
    if (this.#computing.length > 0) return 0;
    const deadline = this.#clients.deadlines.timeoutMs(this.#nowMs);
    const { retryAtMs } = this.#acceptor;
    if (retryAtMs === Infinity) return deadline;
    return Math.min(deadline ?? Infinity, Math.max(0, Math.ceil(retryAtMs - this.#nowMs)));
  }

  /** Accepts connections, a few at most. */
  #accept(): void {
    for (let count = 0; count < ACCEPTS_PER_TURN; count += 1) {
      const socket = this.#acceptor.accept();
      if (socket === undefined) return;
      this.#answer(this.#clients.add(socket));
    }
  }

  /** Deals with the clients whose time limit has passed. */
  #expire(): void {
    const { deadlines } = this.#clients;
    for (
      let client = deadlines.takeExpired(this.#nowMs);
      client !== undefined;
      client = deadlines.takeExpired(this.#nowMs)
    ) {
      client.connection.expire();
      this.#settle(client);
    }
  }

  #close(client: Client): void {
    this.#clients.remove(client);
    this.#acceptor.descriptorFreed();
  }

  #stop(): void {
    shutDown(this.#thread, this.#acceptor, this.#clients, (client) => {
      this.#settle(client);
    });
  }
}

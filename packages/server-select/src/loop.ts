/**
 * The loop: one thread serves all clients, and never waits for a single one.
 *
 * A turn asks the kernel which sockets are ready and performs **one** verb for each ready client: one `recv`, or one
 * `send` of at most a quantum. Each client that computes gets one bounded slice. Clients that aren't ready are skipped.
 * So the loop blocks only in `select`, and only when there is nothing to do.
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
 * One shortcut: the first `send` of an answer happens in the turn in which the answer begins, without asking whether the
 * socket is writable. It usually is; if not, `send` returns `WOULD_BLOCK`. A small answer then takes one turn, and the
 * interest of its socket never changes, which saves two system calls with epoll. So a client gets at most one `recv`, one
 * slice and one `send` in a turn.
 *
 * The rest of an answer is a cursor in its session, not a buffer. New connections are accepted after all clients had
 * their turn: the kernel may assign a descriptor that was closed in this turn to a new client, which must not be served
 * because of the old client's readiness.
 */
import type { ServerThread } from '@concurrent-primes/server-core';
import { END, type ListeningSocket, READ, type Selector, WRITE, drainWake } from '@concurrent-primes/sockets';
import { Acceptor } from './acceptor.ts';
import { type Client, ClientTable } from './client-table.ts';
import { LoopShutdown } from './loop-shutdown.ts';
import type { PausedLoops } from './paused-loops.ts';
import type { Quantum } from './quantum.ts';
import { Room } from './room.ts';

/** The most connections that one turn accepts: new clients get in quickly, and the others don't wait long. */
const ACCEPTS_PER_TURN = 32;

/** The parts of a loop; it owns the selector and the listening socket. */
export interface LoopParts {
  readonly selector: Selector;
  /** The listening socket, s0. */
  readonly listener: ListeningSocket;
  /** Readable when the main thread has given an order, or another loop has freed a descriptor. */
  readonly wakeDescriptor: number;
  readonly pausedLoops: PausedLoops;
  readonly quantum: Quantum;
}

export class Loop {
  readonly #thread: ServerThread<object>;
  readonly #parts: LoopParts;
  readonly #selector: Selector;
  readonly #acceptor: Acceptor;
  readonly #clients: ClientTable;
  /** Closes the connection of an idle client; returns false if there is none. */
  readonly #makeRoom: () => boolean;
  readonly #shutdown: LoopShutdown;
  /** Clients that compute: they don't wait for their socket. */
  #computing: Client[] = [];
  /** Empty between turns; the two lists are swapped, so that a turn allocates none. */
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
    const room = new Room(thread, this.#clients, (client) => {
      this.#answer(client);
    });
    this.#makeRoom = () => room.make(this.#nowMs);
    this.#acceptor = new Acceptor(thread, { ...parts, makeRoom: this.#makeRoom });
    this.#shutdown = new LoopShutdown(thread, this.#acceptor, this.#clients, (client) => {
      this.#settle(client);
    });
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
    this.#thread.beforeTurn();
    const ready = this.#selector.select(this.#timeoutMs());
    this.#nowMs = this.#thread.beginTurn();
    this.#quantumBytes = this.#parts.quantum.of(ready.count, this.#computing.length);
    this.#thread.showTurn(ready, this.#quantumBytes, this.#parts);
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
    if (this.#shutdown.isDue) this.#shutdown.proceed();
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
    // Otherwise the client computes, and its socket waits.
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

  /** The shortcut: the first `send` of an answer doesn't wait for readiness. */
  #answer(client: Client): void {
    const { connection, interest } = client;
    if (interest === READ && connection.next === 'send') {
      // End the limit of the phase: after this send the same phase of the next exchange may begin.
      this.#clients.deadlines.stop(client);
      connection.send(this.#quantumBytes);
    }
    this.#settle(client);
  }

  /** Updates the selector, the time limits and the list of computing clients to what a client waits for. */
  #settle(client: Client): void {
    const { connection } = client;
    const { next } = connection;
    if (next === 'close') this.#close(client);
    else if (next === 'work') {
      // The interest stays: the loop doesn't block meanwhile, and computing usually ends in this turn.
      this.#clients.deadlines.stop(client);
      if (!client.computing) this.#computing.push(client);
      client.computing = true;
    } else {
      const interest = next === 'receive' ? READ : WRITE;
      if (interest !== client.interest) this.#clients.watch(client, interest);
      this.#clients.deadlines.wait(client, connection, this.#nowMs);
    }
  }
  // #endregion

  /** Returns how long select may block: 0 while a client computes, otherwise until the next time limit. */
  #timeoutMs(): number | undefined {
    if (this.#computing.length > 0) return 0;
    const deadline = this.#clients.deadlines.timeoutMs(this.#nowMs);
    const { retryAtMs } = this.#acceptor;
    if (retryAtMs === Infinity) return deadline;
    return Math.min(deadline ?? Infinity, Math.max(0, Math.ceil(retryAtMs - this.#nowMs)));
  }

  /** Accepts a few connections. */
  #accept(): void {
    for (let count = 0; count < ACCEPTS_PER_TURN; count += 1) {
      const socket = this.#acceptor.accept();
      if (socket === undefined) return;
      const client = this.#clients.add(socket, this.#makeRoom);
      if (client !== undefined) this.#answer(client);
    }
  }

  /** Expires the clients whose time limit has passed. */
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
}

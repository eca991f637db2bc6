/**
 * The loop: one thread serves all clients, and never waits for one of them.
 *
 * A turn asks the kernel which sockets are ready, then gives each ready client **one** verb: one `recv`, or one `send`
 * of at most a quantum (a larger one if nobody else is ready, who would wait for the end of the turn). Each client that
 * computes gets one bounded slice. Who is not ready is not touched. So nothing here blocks but `select` itself, and
 * that only when there is nothing to do.
 *
 *     .-----------------------------------------------------.
 *     |   select: which sockets are ready?                  |
 *     |     inready   one recv for each of these clients    |
 *     |     outready  one send for each of these clients    |
 *     |   one slice for each client that computes           |
 *     |   the listening socket: a few accepts               |
 *     |   time limits that passed, an order to stop         |
 *     '-----------------------------------------------------'
 *
 * One shortcut: who has just come to have something to send gets that first `send` in the same turn, without asking.
 * Its client has taken all that it was sent before, as a rule, so there is room, and if not the `send` says so. A small
 * answer then costs one turn, and the selector's interest never changes (with epoll, two system calls). It is bounded
 * like everything else: in one turn a client gets one `recv`, one slice and one `send` at most.
 *
 * What is still to be sent to a client is known to its session, as a cursor, not a buffer; `#clients` is the table that
 * associates each socket with it. New connections are accepted after all clients had their turn: a descriptor that was
 * closed in this turn may come back as a new client, and must not meet the old one's readiness.
 */
import { CUT, type Connection, type Phase, RUN, type ServerThread } from '@concurrent-primes/server-core';
import {
  END,
  type ListeningSocket,
  READ,
  type Selector,
  type Socket,
  WRITE,
  drainWake,
} from '@concurrent-primes/sockets';
import { Acceptor } from './acceptor.ts';
import { Deadlines, Waiter } from './deadlines.ts';
import type { PausedLoops } from './paused-loops.ts';

/** The most connections that one turn accepts: enough that a crowd gets in quickly, few enough not to stop the others. */
const ACCEPTS_PER_TURN = 32;

/** What a loop works with; it owns the selector and the listener. */
export interface LoopParts {
  readonly selector: Selector;
  readonly listener: ListeningSocket;
  /** Readable when the main thread has given an order, or another loop has made room for a paused one. */
  readonly wakeDescriptor: number;
  readonly pausedLoops: PausedLoops;
  /** The most bytes that one turn sends to one client. */
  readonly quantumBytes: number;
  /** The same in a turn that nobody else has something from. */
  readonly quantumAloneBytes: number;
}

/** A client, and what the loop has arranged for it. */
class Client extends Waiter {
  readonly connection: Connection;
  /** Whether it has one of the server's places. */
  readonly admitted: boolean;
  /** What the selector watches its socket for. */
  interest = READ;
  /** Whether it is on the list of those that compute. */
  computing = false;

  constructor(connection: Connection, admitted: boolean) {
    super();
    this.connection = connection;
    this.admitted = admitted;
  }
}

/** What a loop thread runs. */
export class Loop {
  readonly #thread: ServerThread<object>;
  readonly #parts: LoopParts;
  readonly #selector: Selector;
  readonly #acceptor: Acceptor;
  /** Each client at its descriptor, as the kernel gives out the lowest number that is free. */
  readonly #clients: (Client | undefined)[] = [];
  #clientCount = 0;
  /** Those that compute next: they don't wait for their socket, so no readiness would call them. */
  #computing: Client[] = [];
  /** Empty between turns; the two lists change places, so that a turn allocates none. */
  #computed: Client[] = [];
  readonly #deadlines: Deadlines<Client>;
  /** The time, read once a turn. */
  #nowMs: number;
  /** The most bytes that this turn sends to one client. */
  #turnQuantumBytes: number;

  constructor(thread: ServerThread<object>, parts: LoopParts) {
    this.#thread = thread;
    this.#parts = parts;
    this.#selector = parts.selector;
    this.#deadlines = new Deadlines(thread.data.limits);
    this.#acceptor = new Acceptor(thread, parts.listener, parts.selector, parts.pausedLoops);
    this.#selector.register(parts.wakeDescriptor, READ);
    this.#nowMs = thread.beginTurn();
    this.#turnQuantumBytes = parts.quantumBytes;
  }

  /** Runs turns until the server was told to stop and the last client has gone. */
  run(): void {
    while (this.#acceptor.open || this.#clientCount > 0) this.turn();
    this.#selector.close();
  }

  /** One turn: for each client at most one verb, or the shortcut from a request to the first send of its answer. */
  turn(): void {
    const { count, descriptors, events } = this.#selector.select(this.#timeoutMs());
    this.#nowMs = this.#thread.beginTurn();
    const { quantumBytes, quantumAloneBytes } = this.#parts;
    this.#turnQuantumBytes = count === 1 && this.#computing.length === 0 ? quantumAloneBytes : quantumBytes;
    let someoneKnocks = false;
    for (let index = 0; index < count; index += 1) {
      const descriptor = descriptors[index]!;
      const client = this.#clients[descriptor];
      if (client !== undefined) this.#serve(client, events[index]!);
      else if (descriptor === this.#parts.wakeDescriptor) drainWake(descriptor);
      else someoneKnocks = true;
    }
    if (this.#computing.length > 0) this.#compute();
    if (someoneKnocks) this.#accept();
    if (this.#nowMs >= this.#acceptor.retryAtMs) this.#makeRoom();
    for (;;) {
      const client = this.#deadlines.takeExpired(this.#nowMs);
      if (client === undefined) break;
      client.connection.expire();
      this.#settle(client);
    }
    if (this.#thread.control.order !== RUN) this.#stop();
  }

  /** How long select may block: not at all while somebody computes, otherwise until the next time limit. */
  #timeoutMs(): number | undefined {
    if (this.#computing.length > 0) return 0;
    const deadline = this.#deadlines.timeoutMs(this.#nowMs);
    const { retryAtMs } = this.#acceptor;
    if (retryAtMs === Infinity) return deadline;
    return Math.min(deadline ?? Infinity, Math.max(0, Math.ceil(retryAtMs - this.#nowMs)));
  }

  /** One read or one write for a client whose socket is ready. */
  #serve(client: Client, ready: number): void {
    const { connection } = client;
    const { next } = connection.session;
    if (next === 'receive' && (ready & READ) !== 0) {
      connection.receive((ready & END) !== 0);
      this.#advance(client);
    } else if (next === 'send' && (ready & WRITE) !== 0) {
      connection.send(this.#turnQuantumBytes);
      this.#settle(client);
    }
    // Otherwise it computes: its socket has to wait.
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
      this.#advance(client);
    }
    clients.length = 0;
  }

  /** The shortcut: the first send of an answer doesn't ask for readiness. */
  #advance(client: Client): void {
    const { connection, interest } = client;
    if (interest === READ && connection.session.next === 'send') {
      // What it waited for has come, and after this send it may wait for the same again, in the next exchange.
      this.#deadlines.stop(client);
      connection.send(this.#turnQuantumBytes);
    }
    this.#settle(client);
  }

  /** Lets selector, time limits and computing follow what a client waits for now. */
  #settle(client: Client): void {
    const { connection } = client;
    const { next, phase } = connection.session;
    if (next === 'close') {
      this.#close(client);
      return;
    }
    if (next === 'work') {
      // The interest stays: the loop does not block meanwhile, and most computing is done within this turn.
      this.#deadlines.stop(client);
      if (!client.computing) this.#computing.push(client);
      client.computing = true;
      return;
    }
    const interest = next === 'receive' ? READ : WRITE;
    if (interest !== client.interest) {
      this.#selector.modify(connection.socket.descriptor, interest);
      client.interest = interest;
    }
    this.#wait(client, phase);
  }

  /** Starts the time limit of a phase anew. */
  #wait(client: Client, phase: Phase): void {
    // A request, a sum and a farewell are limited as a whole: a byte of them does not buy more time.
    if (client.waitingIn === phase && (phase === 'request' || phase === 'sum' || phase === 'farewell')) return;
    this.#deadlines.begin(client, phase, this.#nowMs);
  }

  #close(client: Client, cause?: 'shutdown'): void {
    const { connection } = client;
    const { descriptor } = connection.socket;
    this.#deadlines.stop(client);
    this.#selector.forget(descriptor); // before the close: afterwards the number may be somebody else's
    this.#clients[descriptor] = undefined;
    this.#clientCount -= 1;
    if (client.admitted) this.#thread.places.leave();
    this.#thread.closeConnection(connection, cause);
    this.#parts.pausedLoops.wakeOthers();
    this.#makeRoom();
  }

  #accept(): void {
    for (let count = 0; count < ACCEPTS_PER_TURN; count += 1) {
      const socket = this.#acceptor.accept();
      if (socket === undefined) return;
      this.#welcome(socket);
    }
  }

  /** A descriptor may have become free: a paused acceptor can go on. */
  #makeRoom(): void {
    const socket = this.#acceptor.resume();
    if (socket !== undefined) this.#welcome(socket);
  }

  #welcome(socket: Socket): void {
    const admitted = this.#thread.places.take();
    const connection = this.#thread.openConnection(socket);
    const client = new Client(connection, admitted);
    this.#selector.register(socket.descriptor, READ);
    this.#clients[socket.descriptor] = client;
    this.#clientCount += 1;
    if (!admitted) connection.session.refuse('busy');
    this.#advance(client);
  }

  /** Obeys an order to stop: refuses who has not asked yet, and on `CUT` closes everybody. */
  #stop(): void {
    if (this.#acceptor.open) {
      for (const socket of this.#acceptor.close()) this.#turnAway(this.#thread.openConnection(socket));
      for (const client of this.#everybody()) {
        // A request that has already come is in service, whether or not its turn was before the order.
        if (client.connection.session.phase === 'idle') client.connection.receive();
        client.connection.drain();
        this.#settle(client);
      }
    }
    if (this.#thread.control.order !== CUT) return;
    for (const client of this.#everybody()) {
      client.connection.turnAway('shutting-down');
      this.#close(client, 'shutdown');
    }
  }

  #everybody(): Client[] {
    return this.#clients.filter((client) => client !== undefined);
  }

  #turnAway(connection: Connection): void {
    connection.turnAway('shutting-down');
    this.#thread.closeConnection(connection, 'shutdown');
  }
}

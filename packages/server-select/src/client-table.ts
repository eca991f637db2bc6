/** The clients of a loop: a table from each socket to the rest of its answer. */
import {
  ADDRESS_FULL,
  Deadlines,
  RefusedClients,
  type ServerThread,
  type SocketConnection,
  Waiter,
} from '@concurrent-primes/server-core';
import { READ, type Selector, type Socket, mayPass } from '@concurrent-primes/sockets';

export class Client extends Waiter {
  readonly connection: SocketConnection;
  /** Readiness that the selector watches for. */
  interest = READ;
  /** Whether it is on the list of clients that compute. */
  computing = false;

  constructor(connection: SocketConnection) {
    super();
    this.connection = connection;
  }
}

export class ClientTable {
  readonly deadlines: Deadlines<Client>;
  readonly #thread: ServerThread<object>;
  readonly #selector: Selector;
  /** By descriptor: the kernel assigns the lowest free number, so there are few gaps. */
  readonly #clients: (Client | undefined)[] = [];
  #count = 0;
  readonly #refused = new RefusedClients();
  /** Whether the log has been told that a client can't be watched: clients can come faster than it is written. */
  #noticed = false;

  constructor(thread: ServerThread<object>, selector: Selector) {
    this.#thread = thread;
    this.#selector = selector;
    this.deadlines = new Deadlines(thread.limits);
  }

  get count(): number {
    return this.#count;
  }

  /** Returns the client with a descriptor; undefined if no client has it. */
  get(descriptor: number): Client | undefined {
    return this.#clients[descriptor];
  }

  /** Returns a copy of the list of clients. */
  all(): Client[] {
    return this.#clients.filter((client) => client !== undefined);
  }

  /**
   * Adds a client; refuses it as busy if a connection limit is reached.
   *
   * @param makeRoom - closes the connection of an idle client; returns false if there is none
   * @returns undefined if it is refused and gone: the selector can't watch it, or too many refused ones are waited for
   */
  add(socket: Socket, makeRoom: () => boolean): Client | undefined {
    const address = this.#thread.admitAddress(socket);
    const hasPlace = (): boolean => this.#thread.admit() || (makeRoom() && this.#thread.admit());
    const admitted = address !== ADDRESS_FULL && hasPlace();
    if (!admitted && !this.#refused.enter()) {
      this.#thread.turnAway(socket, 'busy', { admitted, address });
      return undefined;
    }
    const connection = this.#thread.open(socket, { admitted, address });
    const client = new Client(connection);
    connection.interest = READ;
    try {
      this.#selector.register(socket.descriptor, READ);
    } catch (error) {
      // epoll has a limit for each user (ENOSPC, ENOMEM): epoll_ctl(2).
      if (!mayPass(error)) throw error;
      if (!this.#noticed) this.#thread.notice(`${error.message}: clients that the selector can't watch are refused`);
      this.#noticed = true;
      connection.turnAway('busy');
      if (!admitted) this.#refused.leave();
      this.#thread.close(connection, 'shutdown');
      return undefined;
    }
    this.#clients[socket.descriptor] = client;
    this.#count += 1;
    if (!admitted) connection.refuse('busy');
    return client;
  }

  /** Changes the readiness that the selector watches a client for. */
  watch(client: Client, interest: number): void {
    const { connection } = client;
    this.#selector.modify(connection.descriptor, interest);
    client.interest = interest;
    this.#thread.showInterest(connection, interest);
  }

  /** Closes a client's connection and removes the client. */
  remove(client: Client, cause?: 'shutdown'): void {
    const { connection } = client;
    const { descriptor } = connection;
    this.deadlines.stop(client);
    this.#selector.forget(descriptor); // before the close: afterwards another client may get the number
    this.#clients[descriptor] = undefined;
    this.#count -= 1;
    if (!connection.admitted) this.#refused.leave();
    this.#thread.close(connection, cause);
  }
}

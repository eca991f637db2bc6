/** The clients of a loop: the table that associates each socket with the answer that is still to be sent to it. */
import { Deadlines, type ServerThread, type SocketConnection, Waiter } from '@concurrent-primes/server-core';
import { READ, type Selector, type Socket } from '@concurrent-primes/sockets';

/** One client, and what the loop has arranged for it. */
export class Client extends Waiter {
  readonly connection: SocketConnection;
  /** What the selector watches its socket for. */
  interest = READ;
  /** Whether it is on the list of clients that compute. */
  computing = false;

  constructor(connection: SocketConnection) {
    super();
    this.connection = connection;
  }
}

/** All clients of a loop, by descriptor. */
export class ClientTable {
  readonly deadlines: Deadlines<Client>;
  readonly #thread: ServerThread<object>;
  readonly #selector: Selector;
  /** Indexed by descriptor: the kernel gives out the lowest number that is free, so there are few gaps. */
  readonly #clients: (Client | undefined)[] = [];
  #count = 0;

  constructor(thread: ServerThread<object>, selector: Selector) {
    this.#thread = thread;
    this.#selector = selector;
    this.deadlines = new Deadlines(thread.limits);
  }

  /** How many clients there are. */
  get count(): number {
    return this.#count;
  }

  /** The client with a descriptor; undefined if the descriptor is something else's. */
  get(descriptor: number): Client | undefined {
    return this.#clients[descriptor];
  }

  /** All clients, as they are now. */
  all(): Client[] {
    return this.#clients.filter((client) => client !== undefined);
  }

  /** Takes in a new client. It is refused as busy if the connection limit is reached. */
  add(socket: Socket): Client {
    const admitted = this.#thread.admit();
    const connection = this.#thread.open(socket, { admitted });
    const client = new Client(connection);
    this.#selector.register(socket.descriptor, READ);
    this.#clients[socket.descriptor] = client;
    this.#count += 1;
    if (!admitted) connection.refuse('busy');
    return client;
  }

  /** Closes a client's connection and forgets the client. */
  remove(client: Client, cause?: 'shutdown'): void {
    const { connection } = client;
    const { descriptor } = connection;
    this.deadlines.stop(client);
    this.#selector.forget(descriptor); // before the close: afterwards the number may be another client's
    this.#clients[descriptor] = undefined;
    this.#count -= 1;
    this.#thread.close(connection, cause);
  }
}

/**
 * A server that does to each client exactly what a test says. It knows the wire format by hand, not from the package
 * under test, and reads by pulling, so a script stands in the order in which things happen.
 */
import { requestBytes } from '@concurrent-primes/fixtures';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';

/** What the script does to one client. */
export type Script = (peer: ScriptedPeer) => Promise<void> | void;

/** The server's end of one connection. */
export class ScriptedPeer {
  readonly socket: Socket;
  readonly #bytes: AsyncIterator<Buffer, undefined>;
  #unread: Buffer = Buffer.alloc(0);

  constructor(socket: Socket) {
    this.socket = socket;
    this.#bytes = socket[Symbol.asyncIterator]() as AsyncIterator<Buffer, undefined>;
  }

  /**
   * Reads exactly so many bytes.
   * @throws Error if the client ends before
   */
  async read(length: number): Promise<Buffer> {
    while (this.#unread.length < length) {
      const next = await this.#bytes.next();
      if (next.done === true) throw new Error(`expected ${length} bytes, got the end after ${this.#unread.length}`);
      this.#unread = Buffer.concat([this.#unread, next.value]);
    }
    const bytes = this.#unread.subarray(0, length);
    this.#unread = this.#unread.subarray(length);
    return bytes;
  }

  /**
   * Reads a request and expects this one.
   * @throws Error if it is another
   */
  async readRequest(a: number, b: number): Promise<void> {
    const bytes = await this.read(8);
    if (bytes.equals(requestBytes(a, b))) return;
    throw new Error(`expected the request [${a}, ${b}], got [${bytes.readInt32BE(0)}, ${bytes.readInt32BE(4)}]`);
  }

  async readSum(): Promise<bigint> {
    return (await this.read(8)).readBigInt64BE();
  }

  /** Whether the client has ended its sending, in order or not, with nothing left to read. */
  async readEnd(): Promise<boolean> {
    if (this.#unread.length > 0) return false;
    return this.#bytes.next().then(
      ({ done }) => done === true,
      () => true,
    );
  }

  /** Writes bytes and waits until the kernel has them. */
  async write(bytes: Uint8Array): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<undefined>();
    this.socket.write(bytes, (error) => {
      if (error) reject(error);
      else resolve(undefined);
    });
    await promise;
  }

  /** Writes pieces as separate segments: each in a turn of the event loop of its own. */
  async writePieces(bytes: Uint8Array, lengths: readonly number[]): Promise<void> {
    let from = 0;
    for (const length of lengths) {
      await this.write(bytes.subarray(from, from + length));
      await new Promise(setImmediate);
      from += length;
    }
  }

  /** Ends this side's sending. */
  end(): void {
    this.socket.end();
  }

  /** Breaks the connection off with RST. */
  reset(): void {
    this.socket.resetAndDestroy();
  }
}

/** A running server. */
export interface ScriptedServer extends AsyncDisposable {
  readonly port: number;
  /**
   * Waits until the scripts of all clients so far have run.
   * @throws whatever one of them threw
   */
  done(): Promise<void>;
}

/**
 * Starts a server on a free port of 127.0.0.1; disposing of it closes all its connections.
 * @param script - run for each client
 */
export async function startServer(script: Script): Promise<ScriptedServer> {
  const sockets: Socket[] = [];
  const scripts: Promise<void>[] = [];
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    sockets.push(socket);
    socket.on('error', () => undefined);
    const run = (async () => {
      await script(new ScriptedPeer(socket));
    })();
    run.catch(() => undefined);
    scripts.push(run);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    async done() {
      await Promise.all(scripts);
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** A port of 127.0.0.1 on which nobody listens. */
export async function freePort(): Promise<number> {
  const server = await startServer(() => undefined);
  await server[Symbol.asyncDispose]();
  return server.port;
}

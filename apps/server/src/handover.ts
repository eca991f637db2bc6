/**
 * The handover of a listening socket from a server to the one that replaces it, on the same machine.
 *
 *     new server                                     old server, which serves and listens at PATH
 *       │  connects to PATH (a stream)                 │
 *       │─── take PATH.PID ──────────────────────────► │
 *       │ ◄─ (datagram to PATH.PID: the socket) ────── │  SCM_RIGHTS
 *       │ ◄─ sent ──────────────────────────────────── │
 *       │  starts, accepts clients                     │  accepts clients too
 *       │─── serving ────────────────────────────────► │
 *       │ ◄─ yours ─────────────────────────────────── │  no longer listens at PATH, leaves the socket, drains
 *       │  listens at PATH                             │
 *
 * The socket is never closed and never without a server, so no client notices. Until `serving` the old server goes on as if
 * nothing had happened: a new one that fails to start does no harm.
 *
 * Node's own sockets carry the words, because the main thread must not block; our datagram carries the descriptor, because
 * Node's sockets can't. The datagram is there when `sent` has arrived: the kernel delivers it within the call that sends.
 */
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { type Server, type Socket, connect, createServer } from 'node:net';
import { type Interface, createInterface } from 'node:readline';
import { UsageError } from '@concurrent-primes/harness/terminal';
import { ListeningSocket, UnixDatagram } from '@concurrent-primes/sockets';

/** Time that the other server has for an answer. */
const ANSWER_MS = 10_000;

/** One server's part in handovers at a path: first it may take a socket, then it offers one. */
export class Handover implements Disposable {
  readonly #path: string;
  /** The conversation with the server whose socket this one has taken. */
  readonly #giver: Conversation | undefined;
  readonly #handedOver = Promise.withResolvers<undefined>();
  #offer: Server | undefined;
  #taker: Conversation | undefined;
  #isGiven = false;

  /** The listening socket that was taken; undefined if no server listens at the path. */
  readonly listener: ListeningSocket | undefined;

  private constructor(path: string, giver?: Conversation, listener?: ListeningSocket) {
    this.#path = path;
    this.#giver = giver;
    this.listener = listener;
  }

  /**
   * Takes the listening socket of the server that offers it at a path, if there is one.
   *
   * @throws UsageError if the path can't be used or that server doesn't give its socket
   */
  static async take(path: string): Promise<Handover> {
    const giver = await Conversation.open(path).catch((error: unknown) => {
      const { code } = error as NodeJS.ErrnoException;
      // Nobody listens: there is no file, or a server has left it behind.
      if (code === 'ENOENT' || code === 'ECONNREFUSED') return undefined;
      throw new UsageError(`cannot use the handover path ${path}: ${(error as Error).message}`);
    });
    if (giver === undefined) return new Handover(path);
    try {
      return new Handover(path, giver, await receiveSocket(giver, `${path}.${process.pid}`));
    } catch (error) {
      giver.close();
      throw new UsageError(`cannot take over from the server at ${path}: ${(error as Error).message}`);
    }
  }

  /** Whether another server has the socket too, and perhaps serves already. */
  get isGiven(): boolean {
    return this.#isGiven;
  }

  /** Resolves when another server serves on the socket: this one leaves it, and stops. */
  get handedOver(): Promise<undefined> {
    return this.#handedOver.promise;
  }

  /**
   * The server accepts clients: the one before it can go, and the next one can come.
   *
   * @param listener - its socket, to be handed over; stays open until then
   */
  async serving(listener: ListeningSocket): Promise<void> {
    if (this.#giver !== undefined) {
      this.#giver.say('serving');
      // If that server has ended meanwhile, the path is free too.
      await this.#giver.answer().catch(() => undefined);
      this.#giver.close();
    }
    // Nobody listens there (see `take`), but a server that was killed leaves its file.
    rmSync(this.#path, { force: true });
    this.#offer = createServer((socket) => {
      const taker = new Conversation(socket);
      if (this.#taker !== undefined) {
        taker.say('error another server is taking over');
        taker.close();
        return;
      }
      this.#taker = taker;
      void this.#give(taker, listener);
    });
    this.#offer.listen(this.#path);
    await once(this.#offer, 'listening');
    // An offer doesn't keep a server running.
    this.#offer.unref();
  }

  [Symbol.dispose](): void {
    this.#giver?.close();
    this.#closeOffer();
  }

  async #give(taker: Conversation, listener: ListeningSocket): Promise<void> {
    try {
      const [verb, path] = wordsOf(await taker.answer());
      if (verb !== 'take' || path === undefined) throw new Error(`'take PATH' must come first, got '${verb}'`);
      using datagram = UnixDatagram.sender(path);
      if (!datagram.send(Uint8Array.of(0), [listener.descriptor])) throw new Error('the socket could not be sent');
      this.#isGiven = true;
      taker.say('sent');
      // The new server may sieve all primes first: it has as much time as it wants.
      if ((await taker.next()) === 'serving') {
        this.#closeOffer();
        taker.say('yours');
        taker.close();
        this.#handedOver.resolve(undefined);
        return;
      }
    } catch (error) {
      taker.say(`error ${(error as Error).message}`);
      taker.close();
    }
    this.#isGiven = false;
    this.#taker = undefined;
  }

  /** Stops listening at the path, which is free when this returns. */
  #closeOffer(): void {
    this.#offer?.close();
    this.#offer = undefined;
  }
}

async function receiveSocket(giver: Conversation, path: string): Promise<ListeningSocket> {
  using receiver = UnixDatagram.receiver(path);
  try {
    giver.say(`take ${path}`);
    const [verb, reason] = wordsOf(await giver.answer());
    if (verb !== 'sent') throw new Error(reason ?? verb);
    const [descriptor] = receiver.receive(new Uint8Array(1))?.descriptors ?? [];
    if (descriptor === undefined) throw new Error('it must send its listening socket, got none');
    return ListeningSocket.inherit(descriptor);
  } finally {
    rmSync(path, { force: true });
  }
}

function wordsOf(line: string): [verb: string, rest: string | undefined] {
  const space = line.indexOf(' ');
  return space < 0 ? [line, undefined] : [line.slice(0, space), line.slice(space + 1)];
}

/** Lines to and from another server. */
class Conversation {
  readonly #socket: Socket;
  readonly #lines: Interface;
  readonly #arrived: AsyncIterator<string, undefined>;

  static async open(path: string): Promise<Conversation> {
    const socket = connect(path);
    await once(socket, 'connect');
    return new Conversation(socket);
  }

  constructor(socket: Socket) {
    this.#socket = socket;
    // The next read tells.
    socket.on('error', () => undefined);
    socket.unref();
    this.#lines = createInterface({ input: socket });
    this.#arrived = this.#lines[Symbol.asyncIterator]() as AsyncIterator<string, undefined>;
  }

  say(line: string): void {
    this.#socket.write(`${line}\n`);
  }

  /** Waits for the next line; undefined when the other side has ended. */
  async next(): Promise<string | undefined> {
    return (await this.#arrived.next()).value;
  }

  /** Waits for the next line; throws if it doesn't come in time. */
  async answer(): Promise<string> {
    const { promise, reject } = Promise.withResolvers<undefined>();
    const timer = setTimeout(() => {
      reject(new Error(`it must answer within ${ANSWER_MS / 1000} s`));
    }, ANSWER_MS);
    try {
      const line = await Promise.race([this.next(), promise]);
      if (line === undefined) throw new Error('it must answer, but it has ended');
      return line;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Ends the conversation after what was said. */
  close(): void {
    this.#lines.close();
    this.#socket.end();
    // What still comes is discarded, so that the end of the other side is seen.
    this.#socket.resume();
  }
}

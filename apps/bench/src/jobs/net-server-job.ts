/**
 * The peer of our servers that most would write first: the same conversation over `node:net`, from the same packages as
 * `apps/server`, on Node's own event loop instead of one of ours.
 *
 * Back-pressure in both directions: a socket that has taken enough (`write()` returns false) gets nothing more until it
 * says `drain`, and nothing more is read from it until its answer is out. A long answer goes on behind
 * `setImmediate()`, so that the other clients get their turn.
 *
 * Usage: net-server PORT
 */
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { ServerSession, type Verb } from '@concurrent-primes/protocol';
import { PrimeAnswer } from '@concurrent-primes/server/prime-answer';
import { chunkBuffer, PrimeTable, usePrimeTable } from '@concurrent-primes/sieve';
import { numberArguments } from './job-tools.ts';

/** What one `write` is given at most; less than a socket's high-water mark, which would stop it each time. */
const SEND_BYTES = 32_768;

/** One client's conversation. */
class Conversation {
  readonly #socket: Socket;
  readonly #session: ServerSession;
  /** What has come and the session has not taken, as it has an answer to send first. */
  #received: Buffer = Buffer.alloc(0);
  #ended = false;

  constructor(socket: Socket) {
    this.#socket = socket;
    this.#session = new ServerSession({ answer: (a, b) => new PrimeAnswer(a, b), scratch });
    socket.on('data', (bytes: Buffer) => {
      this.#received = bytes;
      this.#goOn();
    });
    socket.on('end', () => {
      this.#ended = true;
      this.#goOn();
    });
    socket.on('drain', this.#goOn);
    // A reset; `close` follows, and everything of this client is garbage.
    socket.on('error', () => undefined);
  }

  /** Does what can be done now, as far as one turn may go. */
  readonly #goOn = (): void => {
    const session = this.#session;
    const socket = this.#socket;
    while (!socket.destroyed) {
      switch (session.next) {
        case 'receive':
          if (this.#received.length > 0) {
            this.#received = this.#received.subarray(session.receive(this.#received.subarray(0, session.expects)));
          } else if (this.#ended) session.receive(this.#received);
          else {
            if (socket.isPaused()) socket.resume();
            return;
          }
          break;
        case 'work':
          session.work();
          // The type can't know that work() changes what comes next.
          if ((session.next as Verb) === 'work') {
            this.#comeBack();
            return;
          }
          break;
        case 'send': {
          const bytes = session.send(SEND_BYTES);
          // A copy: the socket may hold it for long, and the scratch buffer is everybody's.
          const flowing = socket.write(Buffer.from(bytes));
          session.sent(bytes.length);
          if ((session.next as Verb) !== 'send') break;
          socket.pause();
          if (flowing) this.#comeBack();
          return;
        }
        case 'close':
          session.close();
          socket.end();
          return;
      }
    }
  };

  #comeBack(): void {
    this.#socket.pause();
    setImmediate(this.#goOn);
  }
}

usePrimeTable(new PrimeTable());
const scratch = chunkBuffer(SEND_BYTES);
const [port = 0] = numberArguments();
const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => new Conversation(socket));
server.listen({ host: '127.0.0.1', port, backlog: 65_535 }, () => {
  process.stdout.write(`listening on 127.0.0.1:${(server.address() as AddressInfo).port}\n`);
});

/** A server of small intervals for tests of the load engine: the protocol's session, driven on `node:net`. */
import { type Answer, ServerSession } from '@concurrent-primes/protocol';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { answerBytes, smallPrimes } from './prime-bytes.ts';

const NOTHING = new Uint8Array(0);
const SEND_BYTES = 4096;

/** A running server. */
export interface PrimeServer extends AsyncDisposable {
  readonly port: number;
  /** How many exchanges ended with each outcome. */
  readonly outcomes: Readonly<Record<string, number>>;
}

/** Starts a server on a free port of 127.0.0.1; it knows the primes below 100. */
export async function startPrimeServer(answer: (a: number, b: number) => Answer = smallAnswer): Promise<PrimeServer> {
  const outcomes: Record<string, number> = {};
  const sockets = new Set<Socket>();
  const scratch = new Uint8Array(SEND_BYTES);
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    const session = new ServerSession({ scratch, answer });
    const advance = (received: Uint8Array | undefined): void => {
      let unread = received;
      while (session.next !== 'close') {
        if (session.next === 'work') session.work();
        else if (session.next === 'send') {
          const bytes = session.send(SEND_BYTES).slice();
          socket.write(bytes);
          session.sent(bytes.length);
        } else if (unread === undefined) break;
        else if (unread.length === 0) {
          session.receive(unread);
          unread = undefined;
        } else {
          unread = unread.subarray(session.receive(unread.subarray(0, session.expects)));
          if (unread.length === 0) unread = undefined;
        }
        report();
      }
      if (session.next === 'close') socket.end();
    };
    const report = (): void => {
      const outcome = session.takeReport()?.outcome;
      if (outcome !== undefined) outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
    };
    sockets.add(socket);
    socket.on('data', advance);
    socket.on('end', () => {
      advance(NOTHING);
    });
    socket.on('error', () => {
      session.close('reset');
      report();
    });
    socket.on('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1', 1024);
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    outcomes,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

function smallAnswer(a: number, b: number): Answer {
  const bytes = answerBytes(a, b).subarray(4);
  let cursor = 0;
  return {
    count: bytes.length / 4,
    sum: smallPrimes(a, b).reduce((sum, prime) => sum + BigInt(prime), 0n),
    work: () => undefined,
    fill: (target) => {
      const part = bytes.subarray(cursor, cursor + target.length);
      target.set(part);
      return part.length;
    },
    advance: (taken) => {
      cursor += taken;
    },
  };
}

/**
 * A server for tests: the server's side of the conversation with a sieve behind it, driven on `node:net`; and what a
 * test changes about it.
 */
import { type Answer, encodePrimes, type RefusalName, ServerSession } from '@concurrent-primes/protocol';
import { primes } from '@concurrent-primes/sieve';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';

const SEND_BYTES = 64 * 1024;
const NOTHING = new Uint8Array(0);

/** What is unusual about a server. */
export interface PrimeServerOptions {
  /** Gives the answers. Default: the right ones. */
  readonly answer?: (a: number, b: number) => Answer;
  /** Refuses the client that connects as number so-and-so, from 0. Default: none. */
  readonly refuse?: (client: number) => RefusalName | undefined;
  /** Serves a request only then. Default: at once. */
  readonly gate?: (a: number, b: number) => Promise<void> | undefined;
  readonly greeting?: boolean;
}

/** A running server. */
export interface PrimeServer extends AsyncDisposable {
  readonly port: number;
  /** What was asked so far. */
  readonly requests: readonly (readonly [number, number])[];
  /** How many exchanges ended with each outcome. */
  readonly outcomes: Readonly<Record<string, number>>;
}

/** Starts a server on a free port of 127.0.0.1; disposing of it closes all its connections. */
export async function startPrimeServer(options: PrimeServerOptions = {}): Promise<PrimeServer> {
  const { answer = rightAnswer, refuse, gate, greeting = false } = options;
  const sockets: Socket[] = [];
  const requests: [number, number][] = [];
  const outcomes: Record<string, number> = {};
  const scratch = new Uint8Array(SEND_BYTES);
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    let opened: Promise<void> | undefined;
    const session = new ServerSession({
      scratch,
      greeting,
      answer: (a, b) => {
        requests.push([a, b]);
        opened = gate?.(a, b);
        return answer(a, b);
      },
    });
    const reason = refuse?.(sockets.length);
    if (reason !== undefined) session.refuse(reason);
    sockets.push(socket);
    socket.on('error', () => undefined);
    const report = (): void => {
      const outcome = session.takeReport()?.outcome;
      if (outcome !== undefined) outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
    };
    void drive(session, socket, () => opened, report)
      .catch(() => {
        session.close('reset');
      })
      .finally(report);
  });
  server.listen(0, '127.0.0.1', 1024);
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    requests,
    outcomes,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

function rightAnswer(a: number, b: number): Answer {
  return answerOf([...primes(a, b)]);
}

/** An answer of any numbers. */
export function answerOf(numbers: readonly number[]): Answer {
  const bytes = encodePrimes(numbers);
  const sum = numbers.reduce((partial, number) => partial + BigInt(number), 0n);
  let cursor = 0;
  return {
    count: numbers.length,
    sum,
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

async function drive(
  session: ServerSession,
  socket: Socket,
  opened: () => Promise<void> | undefined,
  report: () => void,
): Promise<void> {
  const chunks = socket[Symbol.asyncIterator]() as AsyncIterator<Uint8Array, undefined>;
  let unread: Uint8Array = NOTHING;
  while (session.next !== 'close') {
    if (session.next === 'receive') {
      if (unread.length === 0) unread = (await chunks.next()).value ?? NOTHING;
      unread = unread.subarray(session.receive(unread.subarray(0, session.expects)));
      await opened();
    } else if (session.next === 'work') session.work();
    else {
      const bytes = session.send(SEND_BYTES);
      // A copy: while the kernel takes it, other sessions write into the scratch.
      await write(socket, bytes.slice());
      session.sent(bytes.length);
    }
    report();
  }
  session.close();
  socket.end();
}

async function write(socket: Socket, bytes: Uint8Array): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<undefined>();
  socket.write(bytes, (error) => {
    if (error) reject(error);
    else resolve(undefined);
  });
  await promise;
}

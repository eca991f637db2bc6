/**
 * A prime server on `node:net` as a student may write it, right unless a trait makes it wrong: what `lab check` must
 * find nothing to say about, and the frame of the broken ones.
 */
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { primes } from '@concurrent-primes/sieve';

/** How a server differs from a right one. */
export interface Traits {
  /** Step 2 and 3; default: N and the primes. */
  readonly answer?: (a: number, b: number) => Buffer;
  /** Everything that happens on a connection; default {@link serve}. */
  readonly serve?: (socket: Socket, answer: Answer, server: Server) => void;
  /** Sends `x` first; default false. */
  readonly greeting?: boolean;
}

/** Makes the bytes of an answer. */
export type Answer = (a: number, b: number) => Buffer;

/** A server that listens on 127.0.0.1. */
interface RunningServer extends AsyncDisposable {
  readonly port: number;
}

const MESSAGE_BYTES = 8;

export async function startSimpleServer(traits: Traits = {}, port = 0): Promise<RunningServer> {
  const { answer = rightAnswer, serve: serveSocket = serve, greeting = false } = traits;
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    // Without a listener the error of one client would end the process.
    socket.on('error', () => undefined);
    if (greeting) socket.write('x');
    serveSocket(socket, answer, server);
  });
  server.listen(port, '127.0.0.1', 512);
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      if (!server.listening) return;
      server.close();
      await once(server, 'close');
    },
  };
}

/** Serves one client: requests and sums in turn. */
export function serve(socket: Socket, answer: Answer): void {
  let pending: Buffer = Buffer.alloc(0);
  let owesSum = false;
  socket.on('data', (chunk: Buffer) => {
    pending = Buffer.concat([pending, chunk]);
    for (; pending.length >= MESSAGE_BYTES; pending = pending.subarray(MESSAGE_BYTES)) {
      if (!owesSum) socket.write(answer(pending.readInt32BE(0), pending.readInt32BE(4)));
      owesSum = !owesSum;
    }
  });
  socket.on('end', () => socket.end());
  // It may have ended before anybody listened.
  if (socket.readableEnded) socket.end();
}

/** What a right server says. */
export function rightAnswer(a: number, b: number): Buffer {
  return answerOf([...primes(a, b)]);
}

/** The bytes of an answer. */
export function answerOf(numbers: readonly number[], count = numbers.length): Buffer {
  const integers = new Int32Array(1 + numbers.length);
  integers[0] = count;
  integers.set(numbers, 1);
  // Little-endian here, big-endian on the wire.
  return Buffer.from(integers.buffer).swap32();
}

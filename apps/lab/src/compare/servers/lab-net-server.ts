/**
 * The same service on Node's own event loop: what a Node programmer would write with `node:net`.
 *
 * It has the conversation and the sieve of the other servers, so that what is left is how bytes get in and out. It is
 * written for clearness and honest speed: no timers, no logging, and writes wait for `drain`, so that a client that
 * doesn't read costs one chunk of memory and not its whole answer.
 *
 * Usage: net-server --port PORT [--table lazy|full|none] [--greeting]
 */
import { ServerSession } from '@concurrent-primes/protocol';
import { PrimeAnswer } from '@concurrent-primes/server/prime-answer';
import { chunkBuffer, PrimeTable, usePrimeTable } from '@concurrent-primes/sieve';
import { fillPrimeTableByThreads } from '@concurrent-primes/sieve/threads';
import { createServer, type Socket } from 'node:net';
import { parseArgs } from 'node:util';

/** What one write hands over: as much as one turn of our select server sends by default. */
const WRITE_BYTES = 64 * 1024;
const BACKLOG = 65_535;

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '65432' },
    table: { type: 'string', default: 'lazy' },
    greeting: { type: 'boolean', default: false },
  },
});
if (values.table !== 'none') {
  const table = new PrimeTable();
  if (values.table === 'full') await fillPrimeTableByThreads(table);
  usePrimeTable(table);
}
const scratch = chunkBuffer(WRITE_BYTES);

createServer({ allowHalfOpen: true, noDelay: true }, serve).listen({
  port: Number(values.port),
  host: '127.0.0.1',
  backlog: BACKLOG,
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(0));

/** Serves one client, whenever its socket has something to read or room to write. */
function serve(socket: Socket): void {
  const session = new ServerSession({ answer: (a, b) => new PrimeAnswer(a, b), scratch, greeting: values.greeting });
  /** Bytes that came and that the session doesn't take before it has sent. */
  let unread: Uint8Array = new Uint8Array(0);
  let hasEnded = false;

  const goOn = (): void => {
    while (session.next !== 'close') {
      if (session.next === 'receive') {
        if (unread.length === 0 && !hasEnded) {
          socket.resume();
          return;
        }
        unread = unread.subarray(session.receive(unread.subarray(0, session.expects)));
      } else if (session.next === 'work') session.work();
      else if (!write()) return;
    }
    session.close();
    socket.destroySoon();
  };

  /** Whether there is room for more; if not, `drain` goes on. */
  const write = (): boolean => {
    const bytes = session.send(WRITE_BYTES);
    // A copy: the socket keeps what the kernel doesn't take at once, and other clients use the scratch buffer
    // meanwhile.
    const hasRoom = bytes.length === 0 || socket.write(bytes.slice());
    session.sent(bytes.length);
    return hasRoom;
  };

  socket.on('data', (bytes: Uint8Array) => {
    unread = unread.length === 0 ? bytes : Buffer.concat([unread, bytes]);
    // One message at a time: a client that sends ahead waits in the kernel.
    socket.pause();
    if (session.next === 'receive') goOn();
  });
  socket.on('end', () => {
    hasEnded = true;
    if (session.next === 'receive') goOn();
  });
  socket.on('drain', goOn);
  // What follows is `close`.
  socket.on('error', () => undefined);
  socket.on('close', () => {
    session.close('reset');
  });
  goOn();
}

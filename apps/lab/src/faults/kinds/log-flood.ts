/** Clients that would fill the log: each exchange is a wrong sum on an empty interval, 16 bytes, sent ahead of the answer. */
import { requestBytes, sumBytes } from '@concurrent-primes/conformance';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { Fault, Scene } from '../fault.ts';
import { untilOver } from '../fault-clients.ts';

const CLIENTS = 4;
const EXCHANGES_A_CHUNK = 2000;

const EXCHANGE = Buffer.concat([requestBytes(2, 1), sumBytes(1n)]);
const CHUNK = Buffer.concat(Array.from({ length: EXCHANGES_A_CHUNK }, () => EXCHANGE));

/** Four connections pipeline wrong sums on empty intervals. */
export const LOG_FLOOD: Fault = {
  title: `${CLIENTS} clients send wrong sums on empty intervals, as fast as they can`,
  expects: 'every request is answered, and the log costs neither memory nor time to stop',
  cause: async (scene) => {
    await Promise.all(Array.from({ length: CLIENTS }, () => flood(scene)));
  },
};

async function flood(scene: Scene): Promise<void> {
  const socket = connect({ port: scene.port, host: '127.0.0.1' });
  const closed = once(socket, 'close');
  socket
    .on('connect', () => {
      write(socket);
    })
    .on('error', () => undefined)
    .resume();
  await untilOver(scene);
  socket.destroy();
  await closed;
}

function write(socket: Socket): void {
  // In a later turn of the loop, because a chunk that the kernel takes at once would let nothing else happen.
  socket.write(CHUNK, (error) => {
    if (!error) setImmediate(write, socket);
  });
}

/** Servers at the limits of descriptors, in real processes: no client is dropped, and no loop spins. */
import { eventually, throughout } from '@concurrent-primes/fixtures';
import { type Socket, connect } from '@concurrent-primes/sockets';
import { expect, it } from 'vitest';
import { LimitedServer, cannotHave } from './testing/limited-server.ts';
import { SELECTOR_KINDS } from '@concurrent-primes/sockets';

const MESSAGE = Uint8Array.of(1, 2, 3, 4);
const RECEIVE_TIMEOUT_MS = 5000;

/** Connects silent clients. The kernel connects them whether or not they are accepted. */
function connectMany(port: number, count: number): Socket[] {
  return Array.from({ length: count }, () => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.setReceiveTimeout(RECEIVE_TIMEOUT_MS);
    return socket;
  });
}

/** Sends a request and waits for the echo. The server runs in another process, so this thread may block. */
function echo(client: Socket): number[] {
  client.send(MESSAGE);
  const buffer = new Uint8Array(8);
  return [...buffer.subarray(0, client.recv(buffer))];
}

it.for(SELECTOR_KINDS)(
  'the %s server waits and continues when the process has no descriptor left',
  { timeout: 30_000 },
  async (kind, test) => {
    const maxDescriptors = 64;
    const reason = cannotHave(maxDescriptors);
    if (reason !== undefined) test.skip(reason);
    const server = await LimitedServer.start(kind, maxDescriptors);
    const room = maxDescriptors - server.descriptors;
    const [accepted, waiting] = [connectMany(server.port, room), connectMany(server.port, 5)];
    try {
      await eventually(() => {
        expect(server.notices).toEqual([
          'accept: EMFILE: new clients wait until a client leaves; raise the limit with ulimit -n',
        ]);
      });

      const beforeMs = server.cpuMs;
      await throughout(() => {
        // A spinning loop would use all of this time.
        expect(server.cpuMs - beforeMs).toBeLessThan(150);
      }, 400);

      for (const client of accepted.splice(0, waiting.length)) client.close();
      for (const client of waiting) expect(echo(client)).toEqual([...MESSAGE]);
      for (const client of accepted) expect(echo(client)).toEqual([...MESSAGE]);
    } finally {
      for (const client of [...accepted, ...waiting]) client.close();
      expect(await server.stop()).toBe(0);
    }
    expect(server.notices).toHaveLength(1);
  },
);

it.for([
  ['select', 1],
  ['poll', 0],
] as const)(
  'the %s server serves 1100 clients at once, with %d notices that some wait',
  { timeout: 30_000 },
  async ([kind, notices], test) => {
    const clientCount = 1100;
    const reason = cannotHave(2 * clientCount);
    if (reason !== undefined) test.skip(reason);
    const server = await LimitedServer.start(kind, 2 * clientCount);
    const clients = connectMany(server.port, clientCount);
    try {
      await eventually(() => {
        expect(server.notices).toHaveLength(notices);
      });
      for (const client of clients) {
        expect(echo(client)).toEqual([...MESSAGE]);
        client.close();
      }
    } finally {
      for (const client of clients) client.close();
      expect(await server.stop()).toBe(0);
    }
    expect(server.notices).toHaveLength(notices);
  },
);

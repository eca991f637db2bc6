import {
  everySplit,
  GREETING,
  int32Bytes,
  LARGEST_PRIME,
  PRIMES_100_TO_200,
  referencePrimes,
  SMALLEST_INT32,
  startScriptedServer,
  type ScriptedPeer,
  type ServerScript,
} from '@concurrent-primes/fixtures';
import { describe, expect, it } from 'vitest';
import { connect, type ConnectOptions } from './connect.ts';
import type { Client } from './client.ts';
import { ConnectionLostError } from './errors.ts';
import { listOf } from './testing/list-of.ts';

/** Answers one request as a right server does. */
async function serve(peer: ScriptedPeer, a: number, b: number): Promise<bigint> {
  await peer.readRequest(a, b);
  const primes = referencePrimes(a, b);
  await peer.write(int32Bytes([primes.length, ...primes]));
  return peer.readSum();
}

/** Runs a client against a script; both must come to their ends. */
async function converse(script: ServerScript, talk: (client: Client) => Promise<void>, options: ConnectOptions = {}) {
  await using server = await startScriptedServer(script);
  await using client = await connect({ port: server.port, ...options });
  await talk(client);
  await client.close();
  await server.done();
}

describe('Client', () => {
  it('primes() streams the answer, knows the count before, and sends the sum', async () => {
    await converse(
      async (peer) => {
        expect(await serve(peer, 100, 200)).toBe(3167n);
      },
      async (client) => {
        const answer = client.primes(100, 200);
        expect(answer.interval).toEqual([100, 200]);
        expect(await answer.count).toBe(21);
        expect(await listOf(answer)).toEqual(PRIMES_100_TO_200);
        expect(answer.result).toEqual({ count: 21, sum: 3167n });
      },
    );
  });

  it('primes() tells the count when N has come and no prime has', async () => {
    const counted = Promise.withResolvers<undefined>();
    await converse(
      async (peer) => {
        await peer.readRequest(100, 105);
        await peer.write(int32Bytes([2]));
        await counted.promise;
        await peer.write(int32Bytes([101, 103]));
        await peer.readSum();
      },
      async (client) => {
        const answer = client.primes(100, 105);
        expect(await answer.count).toBe(2);
        counted.resolve(undefined);
        expect(await listOf(answer)).toEqual([101, 103]);
      },
    );
  });

  it('primes() reads the same answer when N and the primes come in any split', async () => {
    const answer = int32Bytes([1, LARGEST_PRIME]);
    const splits = everySplit(answer.length);
    await converse(
      async (peer) => {
        for (const split of splits) {
          await peer.readRequest(2_147_483_640, LARGEST_PRIME);
          await peer.writePieces(answer, split);
          expect(await peer.readSum()).toBe(BigInt(LARGEST_PRIME));
        }
      },
      async (client) => {
        for (const split of splits) {
          expect(await listOf(client.primes(2_147_483_640, LARGEST_PRIME)), split.join('+')).toEqual([LARGEST_PRIME]);
        }
      },
    );
  });

  it('primes() hands out chunks that stay as they are when the loop goes on', async () => {
    const first = Promise.withResolvers<undefined>();
    await converse(
      async (peer) => {
        await peer.readRequest(0, 10);
        await peer.write(int32Bytes([4, 2, 3]));
        await first.promise;
        await peer.write(int32Bytes([5, 7]));
        await peer.readSum();
      },
      async (client) => {
        const chunks: Int32Array[] = [];
        for await (const chunk of client.primes(0, 10)) {
          chunks.push(chunk);
          first.resolve(undefined);
        }
        expect(chunks).toEqual([Int32Array.of(2, 3), Int32Array.of(5, 7)]);
      },
    );
  });

  it.each([
    [24, 28],
    [3, 2],
    [SMALLEST_INT32, -1],
  ])('primes() loops over nothing and sends the sum 0 when [%i, %i] has none', async (a, b) => {
    await converse(
      async (peer) => {
        expect(await serve(peer, a, b)).toBe(0n);
      },
      async (client) => {
        expect(await listOf(client.primes(a, b))).toEqual([]);
      },
    );
  });

  it('sum() tells count and sum, again and again on one connection', async () => {
    await converse(
      async (peer) => {
        for (const limit of [10, 1000, 10_000]) await serve(peer, -5, limit);
      },
      async (client) => {
        expect(await client.sum(-5, 10)).toEqual({ count: 4, sum: 17n });
        expect(await client.sum(-5, 1000)).toEqual({ count: 168, sum: 76_127n });
        expect(await client.sum(-5, 10_000)).toEqual({ count: 1229, sum: 5_736_396n });
      },
    );
  });

  it('a finished answer keeps its result when the next one comes', async () => {
    await converse(
      async (peer) => {
        await serve(peer, 0, 10);
        await serve(peer, 10, 20);
      },
      async (client) => {
        const answer = client.primes(0, 10);
        await listOf(answer);
        await client.sum(10, 20);
        expect(answer.result).toEqual({ count: 4, sum: 17n });
      },
    );
  });

  it('reads the greeting when told so', async () => {
    await converse(
      async (peer) => {
        await peer.write(Uint8Array.of(GREETING));
        await serve(peer, 0, 10);
        await serve(peer, 0, 20);
      },
      async (client) => {
        expect(await client.sum(0, 10)).toEqual({ count: 4, sum: 17n });
        expect(await client.sum(0, 20)).toEqual({ count: 8, sum: 77n });
      },
      { greeting: true },
    );
  });

  it('closes without a sum when told to send none', async () => {
    await converse(
      async (peer) => {
        await peer.readRequest(0, 10);
        await peer.write(int32Bytes([4, 2, 3, 5, 7]));
        expect(await peer.readEnd()).toBe(true);
      },
      async (client) => {
        expect(await client.sum(0, 10)).toEqual({ count: 4, sum: 17n });
        expect(client.open).toBe(false);
        expect(() => client.primes(0, 20)).toThrow(
          /^cannot ask for the primes in \[0, 20\]: the connection must be open, got a closed one/,
        );
      },
      { sendSum: false },
    );
  });

  it('sends the sum when the server has ended its sending with the answer', async () => {
    await converse(
      async (peer) => {
        await peer.readRequest(0, 10);
        peer.socket.end(int32Bytes([4, 2, 3, 5, 7]));
        expect(await peer.readSum()).toBe(17n);
        expect(await peer.readEnd()).toBe(true);
      },
      async (client) => {
        expect(await client.sum(0, 10)).toEqual({ count: 4, sum: 17n });
      },
    );
  });

  it('primes() throws and sends nothing when the answer before is not read', async () => {
    await converse(
      async (peer) => {
        await serve(peer, 0, 10);
        await serve(peer, 0, 20);
      },
      async (client) => {
        const answer = client.primes(0, 10);
        expect(() => client.primes(5, 6)).toThrow(
          'cannot ask for the primes in [5, 6]: the answer to [0, 10] must be read to its end first; use another connection',
        );
        await listOf(answer);
        expect(await client.sum(0, 20)).toMatchObject({ count: 8 });
      },
    );
  });

  it('primes() throws and sends nothing when a bound is no int32 or the signal is aborted', async () => {
    await converse(
      async (peer) => {
        await serve(peer, 0, 10);
      },
      async (client) => {
        expect(() => client.primes(0, 2 ** 31)).toThrow(RangeError);
        expect(() => client.primes(0.5, 1)).toThrow(RangeError);
        const reason = new Error('never mind');
        expect(() => client.primes(0, 1, { signal: AbortSignal.abort(reason) })).toThrow(reason);
        expect(await client.sum(0, 10)).toEqual({ count: 4, sum: 17n });
      },
    );
  });

  it('close() lets an answer fail whose request is still going out', async () => {
    await using server = await startScriptedServer(() => undefined);
    await using client = await connect({ port: server.port });
    const answer = client.primes(100, 200);
    await client.close();
    await expect(answer.count).rejects.toThrow(ConnectionLostError);
    await expect(listOf(answer)).rejects.toThrow(ConnectionLostError);
  });

  it('close() lets a loop that waits fail, and closes the socket', async () => {
    await converse(
      async (peer) => {
        await peer.readRequest(0, 10);
        await peer.write(int32Bytes([4, 2]));
        expect(await peer.readEnd()).toBe(true);
      },
      async (client) => {
        const chunks = client.primes(0, 10)[Symbol.asyncIterator]();
        expect(await chunks.next()).toEqual({ done: false, value: Int32Array.of(2) });
        const failed = expect(chunks.next()).rejects.toThrow(ConnectionLostError);
        await client.close();
        await failed;
        expect(client.open).toBe(false);
        await client.close();
      },
    );
  });

  it('closes its connection when disposed of', async () => {
    await using server = await startScriptedServer(async (peer) => {
      expect(await peer.readEnd()).toBe(true);
    });
    {
      await using client = await connect({ port: server.port });
      expect(client.open).toBe(true);
    }
    await server.done();
  });
});

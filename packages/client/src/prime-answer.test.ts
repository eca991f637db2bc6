import { int32Bytes, REFUSED, startScriptedServer, type ServerScript } from '@concurrent-primes/fixtures';
import {
  CountOutOfRangeError,
  EarlyEndError,
  RefusedError,
  TrailingGarbageError,
  WrongAnswerError,
} from '@concurrent-primes/protocol';
import { describe, expect, it } from 'vitest';
import type { AskOptions } from './client.ts';
import { connect, type ConnectOptions } from './connect.ts';
import { ConnectionLostError, TimeoutError } from './errors.ts';
import { listOf } from './testing/list-of.ts';

const INTERVAL = [10, 30] as const;

interface Heard {
  readonly primes: readonly number[];
  readonly error: unknown;
  readonly open: boolean;
}

/** What a loop over the answer to {@link INTERVAL} gets from a server that fails. */
async function hear(script: ServerScript, options: ConnectOptions & { ask?: AskOptions } = {}): Promise<Heard> {
  await using server = await startScriptedServer(script);
  await using client = await connect({ port: server.port, ...options });
  const primes: number[] = [];
  try {
    await listOf(client.primes(...INTERVAL, options.ask), primes);
  } catch (error) {
    return { primes, error, open: client.open };
  }
  return { primes, error: undefined, open: client.open };
}

/** A server that writes these bytes to a request, and then waits for the client to go. */
function answerWith(bytes: Uint8Array, pieces: readonly number[] = [bytes.length]): ServerScript {
  return async (peer) => {
    await peer.readRequest(...INTERVAL);
    await peer.writePieces(bytes, pieces);
    await peer.readEnd();
  };
}

describe('PrimeAnswer', () => {
  it.each([
    { why: 'descends', answer: [3, 11, 17, 13], good: [11, 17], error: WrongAnswerError },
    { why: 'repeats', answer: [3, 11, 11, 13], good: [11], error: WrongAnswerError },
    { why: 'is below the interval', answer: [3, 7, 11, 13], good: [], error: WrongAnswerError },
    { why: 'is above the interval', answer: [3, 11, 13, 31], good: [11, 13], error: WrongAnswerError },
    { why: 'is negative', answer: [3, 11, -13, 17], good: [11], error: WrongAnswerError },
    { why: 'follows the last', answer: [2, 11, 13, 17], good: [11, 13], error: TrailingGarbageError },
  ])('throws behind the good primes when a number $why', async ({ answer, good, error }) => {
    const bytes = int32Bytes(answer);
    expect(await hear(answerWith(bytes))).toEqual({ primes: good, error: expect.any(error) as unknown, open: false });
    // Behind the last prime the sum goes out, and the exchange is over, before more bytes come.
    if (error === TrailingGarbageError) return;
    const inPieces = await hear(
      answerWith(
        bytes,
        Array.from(bytes, () => 1),
      ),
    );
    expect(inPieces).toEqual({ primes: good, error: expect.any(error) as unknown, open: false });
  });

  it.each([12, 2_147_483_647, -5, -2_147_483_648])('throws a CountOutOfRangeError when N is %i', async (count) => {
    const { error, open } = await hear(answerWith(int32Bytes([count])));
    expect(error).toBeInstanceOf(CountOutOfRangeError);
    expect(open).toBe(false);
  });

  it.each([
    { reason: 'busy', code: REFUSED.busy },
    { reason: 'too-slow', code: REFUSED.tooSlow },
    { reason: 'shutting-down', code: REFUSED.shuttingDown },
    { reason: 'too-wide', code: REFUSED.tooWide },
  ])('throws a RefusedError when the server is $reason', async ({ reason, code }) => {
    const { error } = await hear(answerWith(int32Bytes([code])));
    expect(error).toBeInstanceOf(RefusedError);
    expect(error).toMatchObject({ code, reason });
  });

  it('throws a RefusedError when the server refuses unasked and hangs up before the request', async () => {
    const connected = Promise.withResolvers<undefined>();
    await using server = await startScriptedServer(async (peer) => {
      await connected.promise;
      await peer.write(int32Bytes([REFUSED.busy]));
      peer.reset();
    });
    await using client = await connect({ port: server.port });
    connected.resolve(undefined);
    await server.done();
    // The bytes are in the client's kernel. Between two immediates the event loop has polled, so they were read.
    for (let i = 0; i < 2; i++) await new Promise(setImmediate);
    await expect(client.sum(0, 10)).rejects.toThrow(RefusedError);
  });

  it('count rejects when the server refuses, and nobody need listen', async () => {
    await using server = await startScriptedServer(answerWith(int32Bytes([REFUSED.tooWide])));
    await using client = await connect({ port: server.port });
    await expect(client.primes(...INTERVAL).count).rejects.toThrow(RefusedError);
  });

  it('count resolves when N came and what follows it is wrong', async () => {
    await using server = await startScriptedServer(answerWith(int32Bytes([3, 99])));
    await using client = await connect({ port: server.port });
    const answer = client.primes(...INTERVAL);
    expect(await answer.count).toBe(3);
    await expect(listOf(answer)).rejects.toThrow(WrongAnswerError);
  });

  it.each([
    { when: 'before N', bytes: [] },
    { when: 'in N', bytes: [0, 0] },
    { when: 'between primes', bytes: [0, 0, 0, 2, 0, 0, 0, 11] },
    { when: 'in a prime', bytes: [0, 0, 0, 2, 0, 0, 0] },
  ])('throws an EarlyEndError when the server ends $when', async ({ bytes }) => {
    const { error } = await hear(async (peer) => {
      await peer.readRequest(...INTERVAL);
      await peer.write(Uint8Array.from(bytes));
      peer.end();
    });
    expect(error).toBeInstanceOf(EarlyEndError);
  });

  it('throws a ConnectionLostError behind the primes that came when the server resets', async () => {
    const first = Promise.withResolvers<undefined>();
    await using server = await startScriptedServer(async (peer) => {
      await peer.readRequest(...INTERVAL);
      await peer.write(int32Bytes([3, 11]));
      await first.promise;
      peer.reset();
    });
    await using client = await connect({ port: server.port });
    const chunks = client.primes(...INTERVAL)[Symbol.asyncIterator]();
    expect(await chunks.next()).toEqual({ done: false, value: Int32Array.of(11) });
    first.resolve(undefined);
    const end = chunks.next();
    await expect(end).rejects.toThrow(ConnectionLostError);
    await expect(end).rejects.toMatchObject({ cause: { code: 'ECONNRESET' } });
    expect(() => client.primes(0, 1)).toThrow('got ECONNRESET');
  });

  it('throws a TimeoutError when the server is silent for too long', async () => {
    const { primes, error, open } = await hear(answerWith(int32Bytes([3, 11, 13])), { idleTimeoutMs: 30 });
    expect(primes).toEqual([11, 13]);
    expect(error).toBeInstanceOf(TimeoutError);
    expect(error).toMatchObject({
      message: expect.stringMatching(/it must send a byte within 30 ms, got nothing$/) as string,
    });
    expect(open).toBe(false);
  });

  it.each(['ask', 'connect'] as const)(
    'throws the reason when the signal of %s aborts while reading',
    async (which) => {
      const abort = new AbortController();
      const reason = new Error('enough');
      const script: ServerScript = async (peer) => {
        await peer.readRequest(...INTERVAL);
        await peer.write(int32Bytes([3, 11]));
        abort.abort(reason);
        await peer.readEnd();
      };
      const options = which === 'ask' ? { ask: { signal: abort.signal } } : { signal: abort.signal };
      const { error, open } = await hear(script, options);
      expect(error).toBe(reason);
      expect(open).toBe(false);
    },
  );

  it('the signal of a finished answer does not close the connection when it aborts', async () => {
    const abort = new AbortController();
    await using server = await startScriptedServer(async (peer) => {
      for (let i = 0; i < 2; i++) {
        await peer.readRequest(...INTERVAL);
        await peer.write(int32Bytes([1, 11]));
        await peer.readSum();
      }
    });
    await using client = await connect({ port: server.port });
    await client.sum(...INTERVAL, { signal: abort.signal });
    abort.abort();
    expect(await client.sum(...INTERVAL)).toEqual({ count: 1, sum: 11n });
  });

  it('closes the connection when the loop is left early', async () => {
    await using server = await startScriptedServer(async (peer) => {
      await peer.readRequest(...INTERVAL);
      await peer.write(int32Bytes([3, 11]));
      expect(await peer.readEnd()).toBe(true);
    });
    await using client = await connect({ port: server.port });
    const answer = client.primes(...INTERVAL);
    for await (const chunk of answer) {
      expect([...chunk]).toEqual([11]);
      break;
    }
    expect(client.open).toBe(false);
    expect(() => answer.result).toThrow(
      'cannot return the result of [10, 30]: the primes must be read to the end first',
    );
    await server.done();
  });

  it('holds the server back when the consumer is slow', async () => {
    const NUMBERS = 16 * 1024 * 1024;
    /** What two sockets' buffers can hold on loopback (tcp(7): tcp_rmem 6 MB, tcp_wmem 4 MB), with room to spare. */
    const BOUND_BYTES = 20 * 1024 * 1024;
    let written = 0;
    await using server = await startScriptedServer((peer) =>
      writeOddNumbers(peer, NUMBERS, (bytes) => (written += bytes)),
    );
    await using client = await connect({ port: server.port });
    let received = 0;
    for await (const chunk of client.primes(0, 2_147_483_647)) {
      // While this body holds on, each turn of the event loop would let the server write and the client read ahead.
      for (let turn = 0; received === 0 && turn < 2000; turn++) {
        await new Promise(setImmediate);
        expect(written).toBeLessThan(BOUND_BYTES);
      }
      received += chunk.byteLength;
      if (received > BOUND_BYTES) break;
    }
    expect(received).toBeGreaterThan(BOUND_BYTES);
  });
});

/** Writes N and then N ascending odd numbers, as fast as the kernel takes them. */
async function writeOddNumbers(
  peer: Parameters<ServerScript>[0],
  count: number,
  onWritten: (bytes: number) => void,
): Promise<void> {
  const block = Buffer.alloc(256 * 1024);
  await peer.readRequest(0, 2_147_483_647);
  await peer.write(int32Bytes([count]));
  for (let next = 3, left = count * 4; left > 0; left -= block.length) {
    for (let at = 0; at < block.length; at += 4, next += 2) block.writeInt32BE(next, at);
    await peer.write(Buffer.from(block));
    onWritten(block.length);
  }
}

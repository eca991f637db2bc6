import {
  int32Bytes,
  referencePrimes,
  REFUSED,
  type ScriptedPeer,
  type ServerScript,
  startScriptedServer,
} from '@concurrent-primes/fixtures';
import { EarlyEndError, RefusedError } from '@concurrent-primes/protocol';
import { describe, expect, it } from 'vitest';
import type { Client } from './client.ts';
import { connect } from './connect.ts';
import { ConnectError, ConnectionLostError } from './errors.ts';

const ANSWER = { count: 4, sum: 17n };

/** Answers one request for [0, 10] as a right server does. */
async function serve(peer: ScriptedPeer): Promise<void> {
  await peer.readRequest(0, 10);
  const primes = referencePrimes(0, 10);
  await peer.write(int32Bytes([primes.length, ...primes]));
  await peer.readSum();
}

/** Runs a client against a server with a script for each connection, in order; all must come to their ends. */
async function converse(scripts: readonly ServerScript[], talk: (client: Client) => Promise<void>): Promise<void> {
  let connections = 0;
  await using server = await startScriptedServer(async (peer) => scripts[connections++]!(peer));
  await using client = await connect({ port: server.port });
  await talk(client);
  await client.close();
  await server.done();
  expect(connections).toBe(scripts.length);
}

/** Ways in which a server closes a kept connection, which the client may find before or after it has asked again. */
const ENDINGS: readonly (readonly [name: string, end: ServerScript])[] = [
  ['ends its sending', (peer) => peer.socket.end()],
  [
    'resets the connection',
    (peer) => {
      peer.reset();
    },
  ],
  ['says that it shuts down', (peer) => peer.socket.end(int32Bytes([REFUSED.shuttingDown]))],
];

describe('a request on a kept connection', () => {
  it.each(ENDINGS)('is sent again when the server %s before the request', async (_, end) => {
    await converse(
      [
        async (peer) => {
          await serve(peer);
          await end(peer);
        },
        serve,
      ],
      async (client) => {
        expect(await client.sum(0, 10)).toEqual(ANSWER);
        expect(client.resent).toBe(0);
        expect(client.open).toBe(true);
        expect(await client.sum(0, 10)).toEqual(ANSWER);
        expect(client.resent).toBe(1);
      },
    );
  });

  it.each(ENDINGS)('is sent again when the server %s instead of an answer', async (_, end) => {
    await converse(
      [
        async (peer) => {
          await serve(peer);
          await peer.readRequest(0, 10);
          await end(peer);
        },
        async (peer) => {
          await serve(peer);
          await serve(peer);
        },
      ],
      async (client) => {
        await client.sum(0, 10);
        const answer = client.primes(0, 10);
        expect(await answer.count).toBe(4);
        for await (const chunk of answer) expect(chunk.length).toBeGreaterThan(0);
        expect(answer.result).toEqual(ANSWER);
        expect(await client.sum(0, 10)).toEqual(ANSWER);
        expect(client.resent).toBe(1);
      },
    );
  });

  it('is sent again on each connection that was closed after an answer, each time once', async () => {
    const once: ServerScript = async (peer) => {
      await serve(peer);
      peer.end();
    };
    await converse([once, once, once], async (client) => {
      for (let request = 0; request < 3; request++) expect(await client.sum(0, 10)).toEqual(ANSWER);
      expect(client.resent).toBe(2);
    });
  });

  it.each<[name: string, end: ServerScript, error: unknown]>([
    [
      'ended',
      (peer) => {
        peer.end();
      },
      EarlyEndError,
    ],
    [
      'reset',
      (peer) => {
        peer.reset();
      },
      ConnectionLostError,
    ],
    ['refused', (peer) => void peer.socket.end(int32Bytes([REFUSED.shuttingDown])), RefusedError],
  ])('fails when its second connection is %s too', async (_, end, error) => {
    await converse(
      [
        async (peer) => {
          await serve(peer);
          peer.end();
        },
        async (peer) => {
          await peer.readRequest(0, 10);
          await end(peer);
        },
      ],
      async (client) => {
        await client.sum(0, 10);
        await expect(client.sum(0, 10)).rejects.toThrow(error);
        expect(client.open).toBe(false);
        expect(() => client.primes(0, 10)).toThrow(/^cannot ask for the primes in \[0, 10\]/);
      },
    );
  });

  it('fails when a byte of the answer has come', async () => {
    await converse(
      [
        async (peer) => {
          await serve(peer);
          await peer.readRequest(0, 10);
          peer.socket.end(Uint8Array.of(0));
        },
      ],
      async (client) => {
        await client.sum(0, 10);
        await expect(client.sum(0, 10)).rejects.toThrow(EarlyEndError);
        expect(client.resent).toBe(0);
      },
    );
  });

  it('fails when the server refuses it as too wide', async () => {
    await converse(
      [
        async (peer) => {
          await serve(peer);
          await peer.readRequest(0, 10);
          peer.socket.end(int32Bytes([REFUSED.tooWide]));
        },
      ],
      async (client) => {
        await client.sum(0, 10);
        await expect(client.sum(0, 10)).rejects.toThrow('too-wide');
      },
    );
  });

  it('fails with a ConnectError when nothing listens any more', async () => {
    const server = await startScriptedServer(serve);
    await using client = await connect({ port: server.port });
    await client.sum(0, 10);
    await server.done();
    await server[Symbol.asyncDispose]();
    await expect(client.sum(0, 10)).rejects.toThrow(ConnectError);
  });
});

it('a first request is not sent again', async () => {
  await converse(
    [
      async (peer) => {
        await peer.readRequest(0, 10);
        peer.end();
      },
    ],
    async (client) => {
      await expect(client.sum(0, 10)).rejects.toThrow(EarlyEndError);
      expect(client.resent).toBe(0);
    },
  );
});

it('close() and a signal end a request that is being sent again', async () => {
  // A listening socket with a full queue: the second connection waits for ever.
  const hangs = Promise.withResolvers<undefined>();
  await using server = await startScriptedServer(async (peer) => {
    await serve(peer);
    peer.end();
    await hangs.promise;
  });
  for (const stop of ['close', 'signal'] as const) {
    await using client = await connect({ port: server.port });
    await client.sum(0, 10);
    const giveUp = new AbortController();
    const reason = new Error('enough');
    const failed = expect(client.sum(0, 10, { signal: giveUp.signal })).rejects.toThrow(
      stop === 'close' ? ConnectionLostError : reason,
    );
    if (stop === 'close') await client.close();
    else giveUp.abort(reason);
    await failed;
    expect(client.open).toBe(false);
  }
  hangs.resolve(undefined);
});

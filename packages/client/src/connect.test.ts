import { freePort, startScriptedServer } from '@concurrent-primes/fixtures';
import { describe, expect, it } from 'vitest';
import { connect } from './connect.ts';
import { ConnectError, TimeoutError } from './errors.ts';

describe('connect()', () => {
  it('tells how to start a server when nobody listens', async () => {
    const port = await freePort();
    const failure = connect({ port });
    await expect(failure).rejects.toThrow(ConnectError);
    await expect(failure).rejects.toThrow(
      `cannot connect to 127.0.0.1:${port}: a server must listen there, got ECONNREFUSED; start one with \`pnpm --filter server-select start\``,
    );
    await expect(failure).rejects.toMatchObject({ name: 'ConnectError', cause: { code: 'ECONNREFUSED' } });
  });

  it('connects before it returns, and knows the address', async () => {
    const accepted = Promise.withResolvers<undefined>();
    await using server = await startScriptedServer(() => {
      accepted.resolve(undefined);
    });
    await using client = await connect({ port: server.port });
    expect(client.address).toBe(`127.0.0.1:${server.port}`);
    expect(client.open).toBe(true);
    await accepted.promise;
  });

  it('throws the reason of a signal when it is aborted before', async () => {
    const reason = new Error('not today');
    await expect(connect({ port: 1, signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });

  it('throws the reason of a signal when it aborts while connecting', async () => {
    await using server = await startScriptedServer(() => undefined);
    const abort = new AbortController();
    const failure = connect({ port: server.port, signal: abort.signal });
    const reason = new Error('changed my mind');
    // Connecting takes a turn of the event loop at least; this is before.
    abort.abort(reason);
    await expect(failure).rejects.toBe(reason);
  });

  it('wraps the reason of a signal when it is no Error', async () => {
    await using server = await startScriptedServer(() => undefined);
    const abort = new AbortController();
    const failure = connect({ port: server.port, signal: abort.signal });
    abort.abort(null);
    await expect(failure).rejects.toThrow('the signal was aborted');
  });

  it('throws a TimeoutError when the server takes too long to accept', async () => {
    await using server = await startScriptedServer(() => undefined);
    const failure = connect({ port: server.port, connectTimeoutMs: 1 });
    // The time is over before the event loop looks at the socket for the first time: it looks at timers first.
    const end = performance.now() + 5;
    while (performance.now() < end);
    await expect(failure).rejects.toThrow(TimeoutError);
    await expect(failure).rejects.toThrow(
      `cannot connect to 127.0.0.1:${server.port}: it must accept within 1 ms, got nothing`,
    );
  });

  it.each([0, -1, Number.NaN, 2 ** 31])('throws a RangeError when a time limit is %d', async (timeoutMs) => {
    await expect(connect({ connectTimeoutMs: timeoutMs })).rejects.toThrow(
      new RangeError(`cannot connect: connectTimeoutMs must be above 0 and at most 2147483647 ms, got ${timeoutMs}`),
    );
    await expect(connect({ idleTimeoutMs: timeoutMs })).rejects.toThrow(RangeError);
  });

  it('throws a RangeError when the port is none', async () => {
    await expect(connect({ port: 65_536 })).rejects.toThrow(RangeError);
  });
});

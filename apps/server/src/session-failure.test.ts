/** A mistake in a session module ends the client of that session, and no other. */
import { Peer } from '@concurrent-primes/conformance';
import { eventually, within } from '@concurrent-primes/fixtures';
import { startNetServer } from '@concurrent-primes/server-net';
import { startPoolServer } from '@concurrent-primes/server-pool';
import { startSelectServer } from '@concurrent-primes/server-select';
import type { Server } from '@concurrent-primes/server-core';
import { describe, expect, it, onTestFinished } from 'vitest';
import { FAILING_SESSIONS, MISTAKES } from './testing/failing-sessions.ts';

const DEADLINE_MS = 60_000;

type Start = (options: { readonly onNotice: (text: string) => void }) => Promise<Server>;

const OPTIONS = { host: '127.0.0.1', port: 0, sessions: FAILING_SESSIONS };

const SERVERS: readonly (readonly [string, Start])[] = [
  ['select', (options) => startSelectServer({ ...OPTIONS, ...options })],
  ['epoll', (options) => startSelectServer({ ...OPTIONS, selector: 'epoll', ...options })],
  ['pool', (options) => startPoolServer({ ...OPTIONS, threads: 2, ...options })],
  ['net', (options) => startNetServer({ ...OPTIONS, ...options })],
];

describe.each(SERVERS)('a %s server whose session', (_, start) => {
  it.each(Object.entries(MISTAKES))('%s serves the others', async (mistake, byte) => {
    const notices: string[] = [];
    const server = await start({ onNotice: (text) => notices.push(text) });
    onTestFinished(() => within(server.stop(0), DEADLINE_MS, 'the server to stop'));
    // There before and after the mistakes.
    await using other = await Peer.connect(server.port);
    await other.send(Uint8Array.of(9, 9));
    for (let visit = 0; visit < 2; visit += 1) {
      await using peer = await Peer.connect(server.port);
      await peer.send(Uint8Array.of(byte, 0, 0, 0));
      await peer.readEnd();
    }
    await other.send(Uint8Array.of(9, 9));
    expect([...(await other.readBytes(4))]).toEqual([9, 9, 9, 9]);
    await using next = await Peer.connect(server.port);
    await next.send(Uint8Array.of(8, 8, 8, 8));
    expect([...(await next.readBytes(4))]).toEqual([8, 8, 8, 8]);
    await eventually(() => {
      expect(server.tally()).toMatchObject({ 'session-failures': 2 });
      // Each thread tells it once.
      expect(notices.length).toBeGreaterThanOrEqual(1);
      expect(notices.length).toBeLessThanOrEqual(server.trace!.threads.length);
    });
    const expected = byte === MISTAKES['reports an outcome that it has not declared'] ? 'got undeclared' : mistake;
    expect(notices[0]).toContain(expected);
    expect(notices[0]).toMatch(/\n +at /);
  });
});

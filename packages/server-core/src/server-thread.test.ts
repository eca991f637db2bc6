import { networkInterfaces } from 'node:os';
import { ECHO_OUTCOMES, type EchoReport, echoSessions, within } from '@concurrent-primes/fixtures';
import { type ListeningSocket, connect, listen } from '@concurrent-primes/sockets';
import { expect, it } from 'vitest';
import type { ServerOptions } from './server-options.ts';
import { Server } from './server.ts';
import type { ClientReport } from './server-thread.ts';
import type { EchoThreadData } from './testing/echo-thread.ts';

const ECHO_THREAD = new URL('./testing/echo-thread.ts', import.meta.url);
const DEADLINE_MS = 60_000;
const hasIPv6 = Object.values(networkInterfaces()).some((list) => list?.some(({ address }) => address === '::1'));

/** Starts a thread that serves one client. */
function startEcho(
  listener: ListeningSocket,
  options: Partial<ServerOptions<EchoReport>>,
  more: Partial<EchoThreadData> = {},
): Promise<Server> {
  const data: EchoThreadData = { listener: listener.descriptor, ...more };
  const threads = [{ name: 'echo', entry: ECHO_THREAD, data }];
  const address = listener.localAddress();
  return Server.start(
    { ...address, threads, wake: () => undefined, release: () => undefined },
    { ...address, sessions: echoSessions(), ...options },
  );
}

it.for([
  ['127.0.0.1', true, (port: number) => `127.0.0.1:${port}`],
  ['::1', hasIPv6, (port: number) => `[::1]:${port}`],
] as const)(
  'account() reports and counts a client when the server listens on %s',
  async ([host, available, name], test) => {
    if (!available) test.skip('this machine has no IPv6 loopback address');
    using listener = listen({ host, port: 0 });
    const reports: ClientReport<EchoReport>[] = [];
    const server = await startEcho(listener, {
      reportedOutcomes: ['served'],
      onReport: (report) => reports.push(report),
    });
    using client = connect(listener.localAddress());
    const beganMs = performance.now();
    client.send(Uint8Array.of(1, 2, 3, 4));
    await within(server.stop(), DEADLINE_MS, 'the thread to end');
    const durationMs = performance.now() - beganMs;
    expect(reports).toMatchObject([
      { session: { outcome: 'served', bytesSent: 4 }, client: name(client.localAddress().port), thread: 'echo' },
    ]);
    expect(reports[0]!.durationMs).toBeGreaterThan(0);
    expect(reports[0]!.durationMs).toBeLessThan(durationMs);
    expect(server.tally()).toMatchObject({ connections: 1, 'connections-closed': 1, served: 1, probe: 0 });
  },
);

it('account() only counts an outcome when it is not among those to report', async () => {
  using listener = listen({ host: '127.0.0.1', port: 0 });
  const reports: ClientReport<EchoReport>[] = [];
  const server = await startEcho(listener, {
    reportedOutcomes: ['served'],
    onReport: (report) => reports.push(report),
  });
  connect(listener.localAddress()).close();
  await within(server.stop(), DEADLINE_MS, 'the thread to end');
  expect(server.tally()).toMatchObject({ probe: 1, served: 0 });
  expect(reports).toEqual([]);
});

it('account() names the address of a client that has left', async () => {
  using listener = listen({ host: '127.0.0.1', port: 0 });
  const gate = new SharedArrayBuffer(4);
  const clients: string[] = [];
  const options = { reportedOutcomes: ECHO_OUTCOMES, onReport: (report: ClientReport) => clients.push(report.client) };
  const server = await startEcho(listener, options, { gate });
  const client = connect(listener.localAddress());
  const { host, port } = client.localAddress();
  client.setLinger(0);
  client.close();
  // The reset has arrived: over the loopback interface the kernel delivers it within close(2).
  Atomics.store(new Int32Array(gate), 0, 1);
  Atomics.notify(new Int32Array(gate), 0);
  await within(server.stop(), DEADLINE_MS, 'the thread to end');
  expect(clients).toEqual([`${host}:${port}`]);
});

it.for([
  [999, []],
  [1000, [1000]],
] as const)(
  'account() reports any outcome when the client waited for a thread for 1 s or more: %d ms',
  async ([queuedMs, reported]) => {
    using listener = listen({ host: '127.0.0.1', port: 0 });
    const reports: ClientReport[] = [];
    const options = { reportedOutcomes: [], onReport: (report: ClientReport) => reports.push(report) };
    const server = await startEcho(listener, options, { queuedMs });
    connect(listener.localAddress()).close();
    await within(server.stop(), DEADLINE_MS, 'the thread to end');
    expect(reports.map((report) => report.queuedMs)).toEqual(reported);
  },
);

/** Signals other than the first one to stop, and what the server says of its address. */
import { Peer } from '@concurrent-primes/conformance';
import { eventually, whyMissing } from '@concurrent-primes/fixtures';
import { LARGEST_PRIME } from '@concurrent-primes/fixtures';
import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { ECHO_MS } from './stop-signal.ts';
import { ServerProcess } from './testing/server-process.ts';

/** Far longer than the test: what ends before was cut. */
const DRAIN_SECONDS = '50';

const NO_NAMESPACES = whyMissing('unshare', ['--pid', '--fork', 'true']);

it('SIGUSR1 logs the counters and SIGHUP without a terminal does nothing', async () => {
  await using server = await ServerProcess.listening(['select', '--port', '0', '--table', 'none']);
  server.signal('SIGHUP');
  await using peer = await Peer.connect(server.port);
  await peer.sendRequest(100, 200);
  expect(await peer.readCount()).toBe(21);
  server.signal('SIGUSR1');
  await eventually(() => {
    expect(server.stderr).toMatch(/SIGUSR1: until now 1 connections\n/);
  });
  expect(server.stderr).not.toContain('Debugger');
  expect((await server.stop()).code).toBe(0);
});

it.for([
  ['127.0.0.1', false],
  ['0.0.0.0', true],
] as const)('listening on %s says whether other machines can reach it', async ([host, warns]) => {
  await using server = await ServerProcess.listening(['select', '--address', host, '--port', '0', '--table', 'none']);
  const { stderr } = await server.stop();
  expect(stderr.includes('other machines can reach')).toBe(warns);
});

it('a second signal ends the first process of a container', async (test) => {
  if (NO_NAMESPACES !== undefined) test.skip(NO_NAMESPACES);
  const args = ['pool', '--threads', '1', '--port', '0', '--table', 'none', '--drain-timeout', DRAIN_SECONDS];
  await using outer = await ServerProcess.listening(args, ['unshare', '--pid', '--fork', '--kill-child']);
  await using reader = await Peer.connect(outer.port);
  await reader.sendRequest(0, LARGEST_PRIME);
  await reader.readCount();
  const inner = childOf(outer.pid);
  process.kill(inner, 'SIGTERM');
  await eventually(() => {
    expect(outer.stderr).toContain('SIGTERM: finishing');
  });
  await new Promise((resolve) => setTimeout(resolve, 2 * ECHO_MS));
  process.kill(inner, 'SIGTERM');
  expect((await outer.ended()).code).toBe(0);
});

function childOf(parent: number): number {
  const child = readdirSync('/proc').find((name) => {
    if (!/^\d+$/.test(name)) return false;
    try {
      return readFileSync(`/proc/${name}/status`, 'utf8').includes(`\nPPid:\t${parent}\n`);
    } catch {
      return false; // it has ended
    }
  });
  return Number(child);
}

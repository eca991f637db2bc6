/** The metrics say what the clients have seen, for every server; and Prometheus' own tool finds nothing wrong. */
import { execFileSync } from 'node:child_process';
import { prometheusText } from '@concurrent-primes/admin';
import { COUNT_BYTES, PRIME_BYTES } from '@concurrent-primes/protocol';
import type { Server } from '@concurrent-primes/server-core';
import { Peer, eventually, whyMissing, within } from '@concurrent-primes/fixtures';
import { describe, expect, it } from 'vitest';
import { ARCHITECTURES, argumentsOf, startServer, variantsOf } from '../architectures.ts';
import { SERVER_METRICS, sampleOf } from './server-metrics.ts';

const NO_PROMTOOL = whyMissing('promtool', ['--version']);
const DEADLINE_MS = 60_000;

const CONNECTIONS = 5;
const EXCHANGES = 4;

const SERVERS = variantsOf(ARCHITECTURES).map((variant) => ({
  name: variant.name,
  args: argumentsOf(variant, variant.threads && 2),
}));

function textOf(server: Server): string {
  return prometheusText(SERVER_METRICS, { server: sampleOf(server), lostRecords: 3 });
}

/** Returns the values by name and labels. */
function valuesOf(text: string): Record<string, number> {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return Object.fromEntries(
    lines.map((line): [string, number] => [line.slice(0, line.lastIndexOf(' ')), numberIn(line)]),
  );
}

function numberIn(line: string): number {
  return Number(line.slice(line.lastIndexOf(' ') + 1).replace('+Inf', 'Infinity'));
}

/** Asks several times on one connection, and returns the bytes of the answers. */
async function converse(port: number, exchanges: number, wrongSum = false): Promise<number> {
  await using peer = await Peer.connect(port);
  let bytes = 0;
  for (let exchange = 0; exchange < exchanges; exchange += 1) {
    const interval = [100 * exchange, 100 * exchange + 1000] as const;
    await peer.sendRequest(...interval);
    const { count, sum } = await peer.readPrimes(await peer.readCount(), interval);
    await peer.sendSum(wrongSum ? sum + 1n : sum);
    bytes += COUNT_BYTES + count * PRIME_BYTES;
  }
  await peer.end();
  await peer.readEnd();
  return bytes;
}

/** A load of known size; returns the bytes that its clients have received. */
async function load(port: number): Promise<number> {
  const conversations = await Promise.all([
    ...Array.from({ length: CONNECTIONS }, () => converse(port, EXCHANGES)),
    converse(port, 1, true),
  ]);
  await using probe = await Peer.connect(port);
  await probe.end();
  await probe.readEnd();
  return conversations.reduce((sum, bytes) => sum + bytes, 0);
}

describe.for(SERVERS)('$name', ({ args }) => {
  it('the metrics equal what the clients have counted', async () => {
    const server = await startServer(args, { host: '127.0.0.1', port: 0, measure: true, table: 'none' });
    const bytes = await load(server.port);
    const served = CONNECTIONS * EXCHANGES;
    await eventually(() => {
      expect(valuesOf(textOf(server))).toMatchObject({
        primes_connections_accepted_total: CONNECTIONS + 2,
        primes_connections_open: 0,
        'primes_requests_total{outcome="served"}': served,
        'primes_requests_total{outcome="wrong-sum"}': 1,
        'primes_requests_total{outcome="probe"}': 1,
        'primes_requests_total{outcome="refused-busy"}': 0,
        primes_request_duration_seconds_count: served + 1,
        'primes_request_duration_seconds_bucket{le="+Inf"}': served + 1,
        primes_first_byte_seconds_count: served + 1,
        primes_bytes_sent_total: bytes,
        primes_log_records_dropped_total: 3,
      });
    });
    const values = valuesOf(textOf(server));
    expect(values['primes_first_byte_seconds_sum']).toBeGreaterThan(0);
    expect(values['primes_request_duration_seconds_sum']).toBeGreaterThan(0);
    await within(server.stop(0), DEADLINE_MS, 'the server to stop');
  });

  it('promtool finds nothing wrong', async (test) => {
    if (NO_PROMTOOL !== undefined) test.skip(NO_PROMTOOL);
    const server = await startServer(args, { host: '127.0.0.1', port: 0, measure: true, table: 'none' });
    const input = textOf(server);
    await within(server.stop(0), DEADLINE_MS, 'the server to stop');
    expect(execFileSync('promtool', ['check', 'metrics'], { input, encoding: 'utf8' })).toBe('');
  });
});

it('a loop has turns and no queue', async () => {
  const server = await startServer(['select'], { host: '127.0.0.1', port: 0, measure: true, table: 'none' });
  await load(server.port);
  const values = valuesOf(textOf(server));
  expect(values['primes_turns_total']).toBeGreaterThan(EXCHANGES);
  expect(values['primes_turn_ready_sockets_count']).toBe(values['primes_turns_total']);
  expect(Object.keys(values).filter((name) => name.startsWith('primes_queue'))).toEqual([]);
  await within(server.stop(0), DEADLINE_MS, 'the server to stop');
});

it('a pool has a queue and no turns, and says what its threads do', async () => {
  const args = ['pool', '--threads', '1'];
  const server = await startServer(args, { host: '127.0.0.1', port: 0, measure: true, table: 'none' });
  const [first, second] = [await Peer.connect(server.port), await Peer.connect(server.port)];
  await eventually(() => {
    expect(valuesOf(textOf(server))).toMatchObject({
      primes_queue_length: 1,
      primes_connections_open: 1,
      'primes_threads{state="recv"}': 1,
      'primes_threads{state="take"}': 0,
      'primes_threads{state="accept"}': 1,
    });
  });
  await Promise.all([first.close(), second.close()]);
  await eventually(() => {
    expect(valuesOf(textOf(server))).toMatchObject({
      primes_queue_length: 0,
      primes_connections_open: 0,
      primes_queue_wait_seconds_count: 2,
      'primes_threads{state="take"}': 1,
    });
  });
  expect(textOf(server)).not.toContain('primes_turn');
  await within(server.stop(0), DEADLINE_MS, 'the server to stop');
});

it('without a server there are metrics of the process and the log', () => {
  const values = valuesOf(prometheusText(SERVER_METRICS, { server: undefined, lostRecords: 0 }));
  expect(Object.keys(values).map((name) => name.replace(/\{.*/, ''))).toEqual(
    expect.arrayContaining(['primes_build_info', 'primes_log_records_dropped_total', 'process_cpu_seconds_total']),
  );
  expect(values['primes_connections_open']).toBeUndefined();
});

it('evicted connections are a metric where the server counts them', () => {
  const server = { name: 'pool', outcomes: [], tally: { evicted: 4 }, measured: undefined, queueLength: 0 };
  expect(valuesOf(prometheusText(SERVER_METRICS, { server, lostRecords: 0 }))).toMatchObject({
    primes_evicted_total: 4,
  });
});

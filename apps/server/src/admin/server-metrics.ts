/**
 * The metrics of a prime server. A metric is one entry here: the text for Prometheus and the table of
 * docs/operations.md come from it.
 */
import { readFileSync } from 'node:fs';
import { type Metric, PROCESS_METRICS } from '@concurrent-primes/admin';
import type { HistogramName, HistogramReading, MeterReading, Server } from '@concurrent-primes/server-core';

/** A server at one moment. */
export interface ServerSample {
  /** The name of its architecture, such as `epoll` or `pool`. */
  readonly name: string;
  readonly outcomes: readonly string[];
  readonly tally: Readonly<Record<string, number>>;
  readonly measured: MeterReading | undefined;
  /** Undefined without a queue. */
  readonly queueLength: number | undefined;
}

/** What the metrics are read from. */
export interface MetricSource {
  /** Undefined until the server accepts clients. */
  readonly server: ServerSample | undefined;
  /** Records that the log has lost. */
  readonly lostRecords: number;
}

/** Reads all that a server tells of itself. */
export function sampleOf(server: Server): ServerSample {
  return {
    name: server.name,
    outcomes: server.outcomes,
    tally: server.tally(),
    measured: server.measured(),
    queueLength: server.queueLength(),
  };
}

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  readonly version: string;
};

/** All metrics, in the order in which they are written. */
export const SERVER_METRICS: readonly Metric<MetricSource>[] = [
  {
    name: 'primes_build_info',
    type: 'gauge',
    help: 'Always 1; the labels say what runs.',
    labels: ['version', 'nodejs_version', 'server'],
    read: ({ server }) => [[[version, process.version, server?.name ?? ''], 1]],
  },
  {
    name: 'primes_connections_accepted_total',
    type: 'counter',
    help: 'Connections that were accepted and given to a thread, refused ones included.',
    read: ({ server }) => server?.tally['connections'],
  },
  {
    name: 'primes_connections_open',
    type: 'gauge',
    help: 'Connections that threads serve now; those in the queue are not counted.',
    read: ({ server }) => {
      const { connections = 0, 'connections-closed': closed = 0 } = server?.tally ?? {};
      // The two counters are not read in the same moment.
      return server && Math.max(0, connections - closed);
    },
  },
  {
    name: 'primes_requests_total',
    type: 'counter',
    help: 'Exchanges that ended, by outcome; a client that leaves or is refused before it asks counts as one.',
    labels: ['outcome'],
    read: ({ server }) => server?.outcomes.map((outcome) => [[outcome], server.tally[outcome] ?? 0]),
  },
  {
    name: 'primes_request_duration_seconds',
    type: 'histogram',
    help: 'From the first byte of a request to the end of its exchange, sum included, of requests that were answered.',
    read: (source) => histogramOf(source, 'exchangeSeconds'),
  },
  {
    name: 'primes_first_byte_seconds',
    type: 'histogram',
    help: 'From the first byte of a request until the kernel took the first byte of its answer.',
    read: (source) => histogramOf(source, 'firstByteSeconds'),
  },
  {
    name: 'primes_bytes_sent_total',
    type: 'counter',
    help: 'Bytes to clients that the kernel took.',
    read: ({ server }) => server?.measured?.bytesSent,
  },
  {
    name: 'primes_turns_total',
    type: 'counter',
    help: 'Turns of all loops; only servers with a loop over a selector have it.',
    read: (source) => turnsOf(source)?.counts.reduce((sum, count) => sum + count, 0),
  },
  {
    name: 'primes_turn_ready_sockets',
    type: 'histogram',
    help: 'Ready descriptors in a turn: clients, the listening socket, the wake pipe; only servers with such a loop have it.',
    read: turnsOf,
  },
  {
    name: 'primes_queue_length',
    type: 'gauge',
    help: 'Accepted clients that wait for a thread; only a pool has it.',
    read: ({ server }) => server?.queueLength,
  },
  {
    name: 'primes_queue_wait_seconds',
    type: 'histogram',
    help: 'Time that clients waited for a thread, in whole milliseconds; only a pool has it.',
    read: (source) => (source.server?.queueLength === undefined ? undefined : histogramOf(source, 'queuedSeconds')),
  },
  {
    name: 'primes_threads',
    type: 'gauge',
    help: 'Threads by what they do: the call that a thread is in (take: it waits for a client), or running.',
    labels: ['state'],
    read: ({ server }) =>
      server?.measured && Object.entries(server.measured.threads).map(([state, count]) => [[state], count]),
  },
  {
    name: 'primes_log_records_dropped_total',
    type: 'counter',
    help: 'Records of the log that were lost because stderr took no more.',
    read: ({ lostRecords }) => lostRecords,
  },
  {
    name: 'primes_evicted_total',
    type: 'counter',
    help: 'Idle connections that were closed to make room for others; only servers that do so have it.',
    read: ({ server }) => server?.tally['evicted'],
  },
  ...PROCESS_METRICS.map(
    (metric): Metric<MetricSource> => ({ ...metric, read: () => metric.read() }) as Metric<MetricSource>,
  ),
];

function histogramOf({ server }: MetricSource, name: HistogramName): HistogramReading | undefined {
  return server?.measured?.histograms[name];
}

/** Turns exist where a thread waits in a selector of its own. */
function turnsOf(source: MetricSource): HistogramReading | undefined {
  return source.server?.measured?.turns === true ? histogramOf(source, 'readyDescriptors') : undefined;
}

/**
 * The metrics that Prometheus names for every process:
 * https://prometheus.io/docs/instrumenting/writing_clientlibs/#process-metrics
 */
import { readFileSync, readdirSync } from 'node:fs';
import type { Metric } from './metric.ts';

/** `/proc` exists on Linux; elsewhere the metrics that need it are left out. */
const DESCRIPTORS = '/proc/self/fd';
const LIMITS = '/proc/self/limits';

/** Read once: reading it takes a descriptor, and later there may be none. */
const MAX_DESCRIPTORS = readMaxDescriptors();

const STARTED_SECONDS = Date.now() / 1000 - process.uptime();

/** Metrics of this process. */
export const PROCESS_METRICS: readonly Metric[] = [
  {
    name: 'process_cpu_seconds_total',
    type: 'counter',
    help: 'Processor time of all threads, user and system.',
    read: () => {
      const { user, system } = process.cpuUsage();
      return (user + system) / 1e6;
    },
  },
  {
    name: 'process_resident_memory_bytes',
    type: 'gauge',
    help: 'Resident memory.',
    read: () => process.memoryUsage.rss(),
  },
  {
    name: 'process_open_fds',
    type: 'gauge',
    help: 'Open descriptors.',
    read: openDescriptors,
  },
  {
    name: 'process_max_fds',
    type: 'gauge',
    help: 'Most descriptors that the process may open.',
    read: () => MAX_DESCRIPTORS,
  },
  {
    name: 'process_start_time_seconds',
    type: 'gauge',
    help: 'When the process started, in seconds since 1970.',
    read: () => STARTED_SECONDS,
  },
];

function openDescriptors(): number | undefined {
  try {
    return readdirSync(DESCRIPTORS).length - 1; // without that of the folder itself
  } catch (error) {
    // No descriptor is left to count them with.
    return (error as NodeJS.ErrnoException).code === 'EMFILE' ? MAX_DESCRIPTORS : undefined;
  }
}

function readMaxDescriptors(): number | undefined {
  try {
    const soft = /^Max open files\s+(\S+)/m.exec(readFileSync(LIMITS, 'utf8'))?.[1];
    return soft === 'unlimited' ? Infinity : Number(soft);
  } catch {
    return undefined;
  }
}

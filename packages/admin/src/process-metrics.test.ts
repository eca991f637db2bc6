import { execFileSync } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { expect, it } from 'vitest';
import { PROCESS_METRICS } from './process-metrics.ts';

const NO_PROC = process.platform === 'linux' ? undefined : `needs Linux (/proc), this is ${process.platform}`;

function read(name: string): unknown {
  return PROCESS_METRICS.find((metric) => metric.name === name)!.read();
}

it('the processor time grows, and memory and start are those of this process', () => {
  const before = read('process_cpu_seconds_total') as number;
  const until = process.cpuUsage().user + 20_000;
  while (process.cpuUsage().user < until);
  expect(read('process_cpu_seconds_total') as number).toBeGreaterThanOrEqual(before + 0.02);
  expect(read('process_resident_memory_bytes') as number).toBeGreaterThan(1e7);
  const startedMs = Date.now() - process.uptime() * 1000;
  expect(Math.abs((read('process_start_time_seconds') as number) * 1000 - startedMs)).toBeLessThan(5000);
});

it('open and most descriptors are those of this process', (test) => {
  if (NO_PROC !== undefined) test.skip(NO_PROC);
  const before = read('process_open_fds') as number;
  const descriptors = Array.from({ length: 3 }, () => openSync('/dev/null', 'r'));
  const during = read('process_open_fds') as number;
  for (const descriptor of descriptors) closeSync(descriptor);
  expect(during).toBe(before + 3);
  const limit = execFileSync('sh', ['-c', 'ulimit -n'], { encoding: 'utf8' }).trim();
  expect(String(read('process_max_fds'))).toBe(limit.replace('unlimited', 'Infinity'));
});

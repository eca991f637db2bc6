/** Counts the system calls of a running server with strace(1). */
import { ProcessGroup, temporaryFolder, whyNoProgram } from '@concurrent-primes/harness';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** How often each system call was made, by its name. */
export type Calls = Readonly<Record<string, number>>;

/** Time limit for strace to attach. */
const ATTACH_LIMIT_MS = 10_000;

/** Why system calls can't be counted on this machine; undefined if they can. */
export function whyNoStrace(): string | undefined {
  return whyNoProgram('strace', ['-f', '-c', '-o', '/dev/null', 'true']);
}

/**
 * Counts the system calls that all threads of a process make during some work.
 *
 * @throws Error if strace is not permitted to attach to the process
 */
export async function countCalls(pid: number, work: () => Promise<unknown>): Promise<Calls> {
  const table = join(temporaryFolder('concurrent-primes-strace'), 'calls');
  const tracer = new ProcessGroup(['strace', '-f', '-c', '-o', table, '-p', String(pid)]);
  try {
    const attached = await tracer.find(
      () => / attached\b/.test(tracer.stderr) || undefined,
      AbortSignal.timeout(ATTACH_LIMIT_MS),
    );
    if (attached !== true) {
      throw new Error(`cannot count system calls: strace must attach to the server, got ${tracer.stderr}`.trimEnd());
    }
    await work();
  } finally {
    tracer.signal('SIGINT'); // it detaches and writes its table
    await tracer.exited;
  }
  return parseCalls(readFileSync(table, 'utf8'));
}

/** Reads the table of `strace -c`; throws if it has no calls. */
export function parseCalls(table: string): Calls {
  // % time, seconds, microseconds a call, calls, errors (or nothing), name
  const lines = table.matchAll(/^ *[\d.]+ +[\d.]+ +\d+ +(\d+)(?: +\d+)? +(\w+)$/gm);
  const calls = Object.fromEntries([...lines].map(([, count, name]) => [name!, Number(count)]));
  delete calls['total'];
  if (Object.keys(calls).length === 0) throw new RangeError(`cannot read system calls: must have some, got ${table}`);
  return calls;
}

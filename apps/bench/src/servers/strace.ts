/** Counting the system calls of a server that runs, by strace(1), which stands between it and the kernel. */
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { spawnChild } from './children.ts';

/** How often each system call was made, by its name. */
export type Calls = Readonly<Record<string, number>>;

/** strace has started by then, or it is not going to. */
const ATTACH_LIMIT_MS = 10_000;

/** Why system calls can't be counted here; undefined where they can. */
export async function whyNoStrace(): Promise<string | undefined> {
  try {
    await promisify(execFile)('strace', ['-f', '-c', '-o', '/dev/null', 'true']);
    return undefined;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return code === 'ENOENT'
      ? 'the program strace must be on PATH (Debian: strace)'
      : `strace must be permitted: ${message.trim()}`;
  }
}

/**
 * Counts the system calls that all threads of a process make while something is done.
 *
 * @param pid - of a process that runs, and that waits for it to be done
 * @throws Error if strace may not look at the process
 */
export async function countCalls(pid: number, work: () => Promise<unknown>): Promise<Calls> {
  const folder = mkdtempSync(join(tmpdir(), 'concurrent-primes-strace-'));
  const table = join(folder, 'calls');
  const tracer = spawnChild('strace', ['-f', '-c', '-o', table, '-p', String(pid)]);
  const ended = once(tracer, 'close');
  try {
    await attached(tracer.stderr!);
    await work();
    tracer.kill('SIGINT'); // it lets the process go and writes what it has counted
    await ended;
    return parseCalls(readFileSync(table, 'utf8'));
  } finally {
    tracer.kill('SIGINT');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Reads the table of `strace -c`.
 *
 * @throws RangeError if there is none
 */
export function parseCalls(table: string): Calls {
  // % time, seconds, microseconds a call, calls, errors (or nothing), name
  const lines = table.matchAll(/^ *[\d.]+ +[\d.]+ +\d+ +(\d+)(?: +\d+)? +(\w+)$/gm);
  const calls = Object.fromEntries([...lines].map(([, count, name]) => [name!, Number(count)]));
  delete calls['total'];
  if (Object.keys(calls).length === 0) throw new RangeError(`Cannot read the calls: there must be some, got ${table}`);
  return calls;
}

/** Resolves when strace says that it has the process. */
function attached(stderr: NodeJS.ReadableStream): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = '';
    const fail = (): void => {
      reject(new Error(`Cannot count system calls: strace must attach to the server, it said ${said}`.trimEnd()));
    };
    const timer = setTimeout(fail, ATTACH_LIMIT_MS);
    stderr.setEncoding('utf8').on('data', (chunk: string) => {
      said += chunk;
      if (!/ attached\b/.test(said)) return;
      clearTimeout(timer);
      resolve();
    });
    stderr.once('end', () => {
      clearTimeout(timer);
      fail();
    });
  });
}

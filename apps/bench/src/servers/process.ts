/** A server in a process of its own: started on a free port, watched by its number, ended for good. */
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { spawnChild } from './children.ts';

/** How to start a server, which then says `listening on HOST:PORT` on stdout. */
export interface ServerCommand {
  /** As it stands in the report. */
  readonly name: string;
  readonly command: readonly [string, ...string[]];
}

/** A server that listens. */
export interface RunningServer extends AsyncDisposable {
  readonly pid: number;
  readonly port: number;
  /** From the start of its process until it listened. */
  readonly startMs: number;
}

/** A server that fills its table of primes takes a second. */
const START_LIMIT_MS = 20_000;
/** A server that isn't gone by then is killed: it has clients that nobody will answer for. */
const END_LIMIT_MS = 1_000;

/**
 * Starts a server and waits until it listens; disposing ends it.
 *
 * @throws Error with what it said if it ends, or says nothing of the kind within 20 seconds
 */
export async function startServer({ name, command: [file, ...args] }: ServerCommand): Promise<RunningServer> {
  const beganMs = performance.now();
  const child = spawnChild(file, args);
  try {
    const port = await portOf(child, name);
    return {
      pid: child.pid!,
      port,
      startMs: performance.now() - beganMs,
      [Symbol.asyncDispose]: () => endProcess(child),
    };
  } catch (error) {
    await endProcess(child);
    throw error;
  }
}

/** Asks a process to end, then makes it end; resolves when it is gone. */
export async function endProcess(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), END_LIMIT_MS);
  await gone;
  clearTimeout(timer);
}

function portOf(child: ChildProcess, name: string): Promise<number> {
  return new Promise((resolve, reject) => {
    let [stdout, stderr] = ['', ''];
    const fail = (why: string): void => {
      clearTimeout(timer);
      reject(new Error(`Cannot start ${name}: it must say where it listens, ${why}\n${stdout}${stderr}`.trimEnd()));
    };
    const timer = setTimeout(() => {
      fail(`it said nothing for ${START_LIMIT_MS / 1000} seconds`);
    }, START_LIMIT_MS);
    child.stderr!.setEncoding('utf8').on('data', (chunk: string) => (stderr += chunk));
    child.stdout!.setEncoding('utf8').on('data', (chunk: string) => {
      stdout += chunk;
      const match = /^listening on \S+:(\d+)\b/m.exec(stdout);
      if (match === null || !stdout.slice(match.index).includes('\n')) return;
      clearTimeout(timer);
      resolve(Number(match[1]));
    });
    child.once('error', (error) => {
      fail(error.message);
    });
    child.once('exit', (code, signal) => {
      fail(signal === null ? `it exited with ${String(code)}` : `it was ended by ${signal}`);
    });
  });
}

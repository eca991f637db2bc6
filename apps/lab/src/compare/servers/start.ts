/**
 * The servers of a comparison as processes: each is started fresh, and measured when it has come to rest.
 *
 * When a measurement is interrupted its server is killed at once: nobody waits for one that finishes its clients.
 */
import { readFileSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { isBusy, membersOf } from '../../process/proc.ts';
import { type CommandFor, ServerProcess, shellCommand } from '../../process/server-process.ts';
import type { ServerSpec, StartCommand } from './spec.ts';

/** A pool listens while its last threads still start: nobody measures before a server has come to rest. */
const REST_LOOKS = 3;
const LOOK_AGAIN_MS = 10;
const REST_DEADLINE_MS = 20_000;

/** A running server. */
export interface RunningServer extends AsyncDisposable {
  readonly port: number;
  /** From the start of the process until it listened. */
  readonly startMs: number;
  /** As it could be typed into a shell. */
  readonly commandLine: string;
  /** The ids of its processes now. */
  readonly pids: () => readonly number[];
  /** Why it doesn't run any more, with what it has said; undefined while it does. */
  readonly failure: () => string | undefined;
}

/** What changes how servers are started. */
export interface StartServerOptions {
  /** Arguments for our own servers behind those of the spec. */
  readonly extraArgs: readonly string[];
  /** Kills the server at once. */
  readonly signal: AbortSignal;
}

/**
 * Starts a server, and waits until it listens and has come to rest. Disposing of it ends it.
 *
 * @throws StartFailure, with what the server has said, if it ends or needs half a minute before it listens; the signal's
 * reason if that aborts
 */
export async function startServer(spec: ServerSpec, options: StartServerOptions): Promise<RunningServer> {
  const { signal, extraArgs } = options;
  const isShell = 'shell' in spec.start;
  const command = commandFor(spec.start, extraArgs);
  const server = await ServerProcess.start(`server ${spec.name}`, command, signal);
  const kill = (): void => {
    server.kill();
  };
  signal.addEventListener('abort', kill, { once: true });
  const dispose = async (): Promise<void> => {
    signal.removeEventListener('abort', kill);
    await server.stop();
  };
  // Ours are one process each; looking for more would take processor time from those that are measured.
  const pids = isShell ? () => membersOf(server.pid) : () => [server.pid];
  try {
    await atRest(pids, signal);
  } catch (error) {
    await dispose();
    throw error;
  }
  const { port, startMs } = server;
  return {
    port,
    startMs,
    commandLine: readable(spec.start, command(port)),
    pids,
    failure: () => failureOf(spec, server),
    [Symbol.asyncDispose]: dispose,
  };
}

function failureOf({ name }: ServerSpec, { ending, output }: ServerProcess): string | undefined {
  if (ending === undefined) return undefined;
  return `server ${name}: must keep running, ended with ${ending}${output === '' ? '' : `; it printed:\n${output}`}`;
}

/** Waits until no thread has anything to do; a server that always has is taken as it is. */
async function atRest(pids: () => readonly number[], signal: AbortSignal): Promise<void> {
  const endMs = performance.now() + REST_DEADLINE_MS;
  for (let looks = 0; looks < REST_LOOKS && performance.now() < endMs;) {
    await delay(LOOK_AGAIN_MS);
    signal.throwIfAborted();
    looks = isBusy(pids()) ? 0 : looks + 1;
  }
}

function commandFor(start: StartCommand, extraArgs: readonly string[]): CommandFor {
  if ('shell' in start) return shellCommand(start.shell);
  const main = start.program === 'server' ? serverMain() : netServerMain();
  const quiet = start.program === 'server' ? ['--log-level', 'error', '--drain-timeout', '0'] : [];
  return (port) => [process.execPath, main, ...start.args, '--port', String(port), ...quiet, ...extraArgs];
}

function readable(start: StartCommand, [, , ...args]: ReturnType<CommandFor>): string {
  // Behind the shell and its -c.
  if ('shell' in start) return args.join(' ');
  return [start.program === 'server' ? 'concurrent-primes-server' : 'node net-server.js', ...args].join(' ');
}

/** Our servers' program: the `bin` of its package. */
function serverMain(): string {
  const manifest = fileURLToPath(import.meta.resolve('@concurrent-primes/server/package.json'));
  const { bin } = JSON.parse(readFileSync(manifest, 'utf8')) as { bin: Record<string, string> };
  return join(dirname(manifest), bin['concurrent-primes-server']!);
}

/** The source or the built file, as this one is. */
function netServerMain(): string {
  return fileURLToPath(new URL(`./net-server${extname(import.meta.url)}`, import.meta.url));
}

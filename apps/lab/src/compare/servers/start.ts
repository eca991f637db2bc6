/**
 * A server as a process of its own: started fresh on a free port, watched, and ended with all that it has started.
 *
 * Each is the leader of a process group. Ctrl-C in a terminal doesn't reach that group, so it is ended here, and at once:
 * when a measurement is interrupted nobody waits for a server that finishes its clients.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { dirname, extname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { isBusy, membersOf } from './proc.ts';
import type { ServerSpec, StartCommand } from './spec.ts';

/** Where all servers listen. */
export const HOST = '127.0.0.1';

/** Filling the table of all primes takes seconds on a small machine. */
const START_DEADLINE_MS = 60_000;
/** How long a server may take after SIGTERM before it is killed. */
const STOP_DEADLINE_MS = 2000;
const LOOK_AGAIN_MS = 10;
/** A pool listens while its last threads still start: nobody measures before a server has come to rest. */
const REST_LOOKS = 3;
const REST_DEADLINE_MS = 20_000;
/** How much of what a server says is kept, to be shown if it fails. */
const SAID_CHARS = 2000;

/** A server that could not be started, or ended by itself. */
export class ServerError extends Error {
  override readonly name = 'ServerError';
}

/** A running server. */
export interface RunningServer extends AsyncDisposable {
  readonly port: number;
  /** From the start of the process until it listened. */
  readonly startMs: number;
  /** As it could be typed into a shell. */
  readonly commandLine: string;
  /** The ids of its processes now. */
  readonly pids: () => readonly number[];
  /** Why it doesn't run any more; undefined while it does. */
  readonly ending: () => ServerError | undefined;
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
 * @throws ServerError, with what the server has said, if it ends or needs a minute before it listens; the signal's
 * reason if that aborts
 */
export async function startServer(spec: ServerSpec, options: StartServerOptions): Promise<RunningServer> {
  const { signal, extraArgs } = options;
  signal.throwIfAborted();
  const port = await freePort();
  const [file, ...args] = commandOf(spec.start, port, extraArgs);
  const beganMs = performance.now();
  const child = spawn(file, args, { detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  const group = new Group(spec, child);
  const kill = (): void => {
    group.kill('SIGKILL');
  };
  signal.addEventListener('abort', kill, { once: true });
  // Ours are one process each; looking for more would take processor time from those that are measured.
  const pids = 'shell' in spec.start ? () => membersOf(child.pid!) : () => [child.pid!];
  let startMs: number;
  const dispose = async (): Promise<void> => {
    signal.removeEventListener('abort', kill);
    await group.end();
  };
  try {
    while (!(await accepts(port))) {
      signal.throwIfAborted();
      const ending = group.ending();
      if (ending !== undefined) throw ending;
      if (performance.now() - beganMs > START_DEADLINE_MS) {
        throw group.error(`must listen on port ${port} within ${START_DEADLINE_MS / 1000} s`);
      }
      await delay(LOOK_AGAIN_MS);
    }
    startMs = performance.now() - beganMs;
    await atRest(pids, signal);
  } catch (error) {
    await dispose();
    throw error;
  }
  return {
    port,
    startMs,
    commandLine: 'shell' in spec.start ? args.at(-1)! : readable(spec.start.program, args.slice(1)),
    pids,
    ending: () => group.ending(),
    [Symbol.asyncDispose]: dispose,
  };
}

/** The processes of one server. */
class Group {
  readonly #name: string;
  readonly #child: ChildProcess;
  readonly #closed: Promise<unknown>;
  #said = '';
  #ending: string | undefined;

  constructor({ name }: ServerSpec, child: ChildProcess) {
    this.#name = name;
    this.#child = child;
    for (const stream of [child.stdout!, child.stderr!]) {
      stream.setEncoding('utf8').on('data', (text: string) => (this.#said = (this.#said + text).slice(-SAID_CHARS)));
    }
    child.once('error', (error) => (this.#ending = error.message));
    child.once('exit', (code, signal) => (this.#ending ??= `ended with ${String(code ?? signal)}`));
    this.#closed = Promise.race([once(child, 'close'), once(child, 'error')]).catch(() => undefined);
  }

  error(what: string): ServerError {
    const said = this.#said.trim();
    return new ServerError(`server ${this.#name}: ${what}${said === '' ? '' : `; it said:\n${said}`}`);
  }

  ending(): ServerError | undefined {
    return this.#ending === undefined ? undefined : this.error(`must keep running, ${this.#ending}`);
  }

  kill(signal: NodeJS.Signals): void {
    if (this.#child.pid === undefined) return;
    try {
      process.kill(-this.#child.pid, signal);
    } catch {
      // ESRCH: all of them have ended.
    }
  }

  async end(): Promise<void> {
    this.kill('SIGTERM');
    const patience = new AbortController();
    await Promise.race([
      this.#closed,
      delay(STOP_DEADLINE_MS, undefined, { signal: patience.signal }).catch(() => undefined),
    ]);
    patience.abort();
    // Also when the first process has ended: what it has started may have not.
    this.kill('SIGKILL');
    await this.#closed;
  }
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

/** The program and its arguments. */
function commandOf(start: StartCommand, port: number, extraArgs: readonly string[]): readonly [string, ...string[]] {
  if ('shell' in start) return ['/bin/sh', '-c', start.shell.replaceAll('{port}', String(port))];
  const main = start.program === 'server' ? serverMain() : netServerMain();
  const quiet = start.program === 'server' ? ['--log-level', 'error', '--drain-timeout', '0'] : [];
  return [process.execPath, main, ...start.args, '--port', String(port), ...quiet, ...extraArgs];
}

function readable(program: 'server' | 'net-server', args: readonly string[]): string {
  return [program === 'server' ? 'concurrent-primes-server' : 'node net-server.js', ...args].join(' ');
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

/** Whether somebody listens: tried by connecting, and leaving at once, which every server has to bear. */
function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = connect(port, HOST)
      .once('connect', () => {
        probe.destroy();
        resolve(true);
      })
      .once('error', () => {
        resolve(false);
      });
  });
}

/** A port that nobody listens on. Another program could take it before the server does; the server then says so. */
async function freePort(): Promise<number> {
  const probe = createServer().listen(0, HOST);
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}

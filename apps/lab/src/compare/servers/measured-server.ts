/** The servers of a comparison as processes: each is started fresh, and measured once it is idle. */
import { setTimeout as delay } from 'node:timers/promises';
import { type Command, isBusy, membersOf, ServerProcess, shellCommand } from '@concurrent-primes/harness';
import { SERVER_PROGRAM } from '@concurrent-primes/server/architectures';
import type { ServerSpec, StartCommand } from './server-spec.ts';

/** A pool listens while its last threads still start, so the measurement waits until the server is idle. */
const IDLE_LOOKS = 3;
const LOOK_AGAIN_MS = 10;
const IDLE_DEADLINE_MS = 20_000;
/** The end of the output is kept: it has the reason of a failure. */
const KEPT_CHARACTERS = 4000;

export interface MeasuredServer extends AsyncDisposable {
  readonly port: number;
  /** From the start of the process until it listened. */
  readonly startMs: number;
  /** As it could be typed into a shell. */
  readonly commandLine: string;
  /** The ids of its processes now. */
  readonly pids: () => readonly number[];
  /** Why it has ended, with its output; undefined while it runs. */
  readonly failure: () => string | undefined;
}

export interface StartServerOptions {
  /** Further arguments for our own servers. */
  readonly extraArgs: readonly string[];
  /** Kills the server at once: after an interrupt nobody waits until it has served its clients. */
  readonly signal: AbortSignal;
}

/**
 * Starts a server, and waits until it listens and is idle. Disposing of it ends it.
 *
 * @throws StartFailure with the server's output, if it ends or needs half a minute before it listens; the signal's reason
 */
export async function startMeasuredServer(spec: ServerSpec, options: StartServerOptions): Promise<MeasuredServer> {
  const { signal, extraArgs } = options;
  const command = commandFor(spec.start, extraArgs);
  const server = await ServerProcess.start(command, {
    name: `server ${spec.name}`,
    signal,
    keptCharacters: KEPT_CHARACTERS,
  });
  const kill = (): void => {
    server.kill();
  };
  signal.addEventListener('abort', kill, { once: true });
  const dispose = async (): Promise<void> => {
    signal.removeEventListener('abort', kill);
    await server.stop();
  };
  // Ours are one process each; looking for more would take processor time from the measurement.
  const pids = 'shell' in spec.start ? () => membersOf(server.pid) : () => [server.pid];
  try {
    await untilIdle(pids, signal);
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
  const printed = output.trimEnd();
  return `server ${name}: must keep running, ended with ${ending}${printed === '' ? '' : `; it printed:\n${printed}`}`;
}

/** Waits until no thread has anything to do; a server that never gets idle is taken as it is. */
async function untilIdle(pids: () => readonly number[], signal: AbortSignal): Promise<void> {
  const endMs = performance.now() + IDLE_DEADLINE_MS;
  for (let looks = 0; looks < IDLE_LOOKS && performance.now() < endMs;) {
    await delay(LOOK_AGAIN_MS);
    signal.throwIfAborted();
    looks = isBusy(pids()) ? 0 : looks + 1;
  }
}

const NO_CLIENT_LIMIT = ['--max-clients', '1000000'];

function commandFor(start: StartCommand, extraArgs: readonly string[]): (port: number) => Command {
  if ('shell' in start) return shellCommand(start.shell);
  const quiet = ['--log-level', 'error', '--drain-timeout', '0'];
  const [command, ...own] = start.args;
  // First, so that the server's own arguments decide: scenarios show what happens where descriptors end.
  const args = [command!, ...NO_CLIENT_LIMIT, ...own, ...quiet, ...extraArgs];
  return (port) => [process.execPath, SERVER_PROGRAM, ...args, '--port', String(port)];
}

function readable(start: StartCommand, [, , ...args]: Command): string {
  // After the shell and its -c, or Node and its program.
  if ('shell' in start) return args.join(' ');
  return ['concurrent-primes-server', ...args].join(' ');
}

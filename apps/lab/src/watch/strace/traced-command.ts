/** Starts anyone's server under strace, and makes it watchable. */
import type { PeerObserver } from '@concurrent-primes/conformance';
import { Cleanup, ServerProcess, shellCommand, StartFailure } from '@concurrent-primes/harness';
import { UsageError } from '@concurrent-primes/harness/terminal';
import type { Watchable } from '@concurrent-primes/watch';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { foreignHeader, NEVER_HELD } from '../foreign-server.ts';
import { OutsideView } from '../outside-view.ts';
import { StracePipe } from './strace-pipe.ts';
import { TracedServer } from './traced-server.ts';

/** A server that has not shown how it serves by this time, with a client waiting, serves one at a time. */
const SHOWS_STYLE_MS = 3000;
const LOOK_EVERY_MS = 50;
const START_MS = 60_000;
const LISTENING_STATE = '0A';

/** A server that a command has started, and that can be watched. */
export interface WatchedCommand extends AsyncDisposable {
  readonly port: number;
  /** Resolves when the server has ended, to what it printed. */
  readonly ended: Promise<string>;
  /** Makes an observer for each of its clients, if what they see is all that is known. */
  readonly observe?: () => PeerObserver;
  /**
   * Makes it watchable; a client must have connected, so that the server shows how it serves.
   */
  watchable(): Promise<Watchable>;
}

/** Why no server can be traced here; undefined if one can. */
export function whyNoStrace(): string | undefined {
  if (process.platform !== 'linux') return 'a server is watched by strace, which is for Linux';
  const { error, status, stderr } = spawnSync('strace', ['-e', 'trace=none', 'true'], { encoding: 'utf8' });
  if (error !== undefined) return 'a server is watched by strace; on Debian and Ubuntu: sudo apt-get install strace';
  return status === 0 ? undefined : `strace may trace nothing here: ${stderr.trim().split('\n')[0]!}`;
}

/**
 * Starts a server.
 *
 * @param command - a shell command; `{port}` stands for its port
 * @param signal - gives up
 * @throws UsageError if it doesn't listen
 */
export async function startTraced(command: string, signal: AbortSignal): Promise<WatchedCommand> {
  await using stack = new Cleanup();
  const server = new TracedServer();
  const pipe = new StracePipe((calls) => {
    server.take(calls);
  });
  stack.defer(() => {
    pipe[Symbol.dispose]();
  });
  const process = stack.use(await start(pipe.traced(command), signal));
  const all = stack.move();
  return {
    port: process.port,
    ended: printedBy(process),
    async watchable() {
      const deadline = performance.now() + SHOWS_STYLE_MS;
      while (server.style === undefined && performance.now() < deadline) {
        await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
      }
      if (server.style === undefined) server.assumeOneThread();
      return watchableOf(server, process.port);
    },
    [Symbol.asyncDispose]: () => all[Symbol.asyncDispose](),
  };
}

/**
 * Starts a server without strace: only what its clients see is known.
 *
 * @param why - why it can't be traced
 * @throws UsageError if it doesn't listen
 */
export async function startUntraced(command: string, signal: AbortSignal, why: string): Promise<WatchedCommand> {
  const process = await start(shellCommand(command), signal);
  const view = new OutsideView();
  return {
    port: process.port,
    ended: printedBy(process),
    observe: () => view.observe(),
    watchable: () => Promise.resolve(view.watchable(process.port, why)),
    [Symbol.asyncDispose]: () => process[Symbol.asyncDispose](),
  };
}

async function printedBy(process: ServerProcess): Promise<string> {
  const { stdout, stderr } = await process.exited;
  return `${stdout}${stderr}`.trim();
}

async function start(command: Parameters<typeof ServerProcess.start>[0], signal: AbortSignal): Promise<ServerProcess> {
  try {
    return await ServerProcess.start(command, { name: 'the server', timeoutMs: START_MS, signal });
  } catch (error) {
    if (error instanceof StartFailure) throw new UsageError(error.message);
    throw error;
  }
}

function watchableOf(server: TracedServer, port: number): Watchable {
  const { architecture, name, summary, threadPerClient } = server.style!;
  let backlog = '';
  return {
    trace: {
      header: foreignHeader({ architecture, name, summary, port, options: { threadPerClient } }, server.startedUs),
      read() {
        const queue = backlogOf(port);
        if (queue !== undefined && backlog !== String(queue)) {
          backlog = String(queue);
          server.note('BACKLOG', queue, 0, Date.now() * 1000);
        }
        return server.read();
      },
      passOver: () => undefined,
      askForSnapshots: () => undefined,
    },
    gate: NEVER_HELD,
  };
}

/** How many connections wait to be accepted: the kernel's receive queue of a listening socket. proc_net_tcp(5) */
function backlogOf(port: number): number | undefined {
  const hex = port.toString(16).toUpperCase().padStart(4, '0');
  for (const table of ['/proc/net/tcp', '/proc/net/tcp6']) {
    const line = new RegExp(`:${hex} [\\dA-F:]+ ${LISTENING_STATE} [\\dA-F]+:([\\dA-F]+)`).exec(
      readFileSync(table, 'utf8'),
    );
    if (line !== null) return Number.parseInt(line[1]!, 16);
  }
  return undefined;
}

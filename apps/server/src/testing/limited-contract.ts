/**
 * Puts the built program, in a process of its own that has few descriptors, under the contract that all servers keep.
 * Clients for whom there is no descriptor wait in the kernel's backlog, and are served when others have left.
 */
import {
  type Capabilities,
  NO_LEAK_CHECK,
  type RunningServer,
  type StartOptions,
  serverContract,
} from '@concurrent-primes/fixtures';
import { describe } from 'vitest';
import { ARCHITECTURES } from '../architectures.ts';
import { LIMITED, MAX_DESCRIPTORS } from './descriptor-limit.ts';
import { ServerProcess } from './server-process.ts';

/** Log lines are the only way to see from outside, and while it runs, what a server has counted. */
const LOG_EVERY_CLIENT = ['--log-level', 'debug', '--log-format', 'json'];

/**
 * Runs the contract suite under a limit of {@link MAX_DESCRIPTORS} descriptors.
 *
 * @param command of the program, with the flags that choose the server
 */
export function limitedServerContract(name: string, command: readonly string[], capabilities: Capabilities): void {
  // The suite looks into the server's process, as far as /proc shows it.
  describe.skipIf(NO_LEAK_CHECK !== undefined)(`with ${MAX_DESCRIPTORS} descriptors`, () => {
    serverContract(name, (options) => start([...command, ...flagsOf(command, options)]), capabilities);
  });
}

async function start(args: readonly string[]): Promise<RunningServer> {
  const server = await ServerProcess.listening([...args, '--port', '0', ...LOG_EVERY_CLIENT], LIMITED);
  let stopping = false;
  return {
    port: server.port,
    pid: server.pid,
    tally: () => loggedTally(server.stderr),
    async stop() {
      stopping = true;
      await using stopped = server; // killed, if it does not stop
      const { code, signal, stderr } = await stopped.stop();
      if (code !== 0) throw new Error(`stop: the server must exit with 0, got ${code ?? signal}\n${stderr}`);
    },
    exited: server.end.then(({ code, signal, stderr }) => {
      if (!stopping) throw new Error(`the server must run until it is told to stop, got ${code ?? signal}\n${stderr}`);
    }),
  };
}

/** The flags that stand for what a case wants. Like every server, a command ignores what it has no notion of. */
function flagsOf(command: readonly string[], options: StartOptions): string[] {
  const { greeting, limits = {} } = options;
  const values: Record<string, number | undefined> = {
    'max-clients': options.maxClients,
    'max-width': options.maxWidth,
    'idle-timeout': inSeconds(limits.idleTimeoutMs),
    'request-timeout': inSeconds(limits.requestTimeoutMs),
    'send-timeout': inSeconds(limits.sendTimeoutMs),
    'sum-timeout': inSeconds(limits.sumTimeoutMs),
    'drain-timeout': inSeconds(options.drainTimeoutMs),
  };
  return [...ownFlags(command, options), ...asFlags(values), ...(greeting ? ['--greeting'] : [])];
}

/** The flags for what a case wants that only some architectures have. */
export function ownFlags([name = '']: readonly string[], { quantum, threads, queue }: StartOptions): string[] {
  const known = new Set(ARCHITECTURES[name]?.options.map((option) => option.attributeName()));
  const wanted = Object.entries({ quantum, threads, queue }).filter(([flag]) => known.has(flag));
  return asFlags(Object.fromEntries(wanted));
}

function asFlags(values: Readonly<Record<string, number | undefined>>): string[] {
  const given = Object.entries(values).filter(([, value]) => value !== undefined);
  return given.flatMap(([flag, value]) => [`--${flag}`, String(value)]);
}

function inSeconds(timeMs: number | undefined): number | undefined {
  return timeMs === undefined ? undefined : timeMs / 1000;
}

/** Counts the clients of a log by outcome; its last line may still be on its way. */
function loggedTally(log: string): Record<string, number> {
  const tally: Record<string, number> = {};
  for (const line of log.split('\n').slice(0, -1)) {
    const { client } = JSON.parse(line) as { readonly client?: { readonly outcome: string } };
    if (client !== undefined) tally[client.outcome] = (tally[client.outcome] ?? 0) + 1;
  }
  return tally;
}

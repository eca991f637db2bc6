/** Our server as a process, which may get its listening socket as a service manager passes it. */
import { type Command, ServerProcess } from '@concurrent-primes/harness';
import { SERVER_PROGRAM } from '@concurrent-primes/server/architectures';
import type { ListeningSocket } from '@concurrent-primes/sockets';

/** Longer than the server's own drain timeout of 10 s. */
const STOP_MS = 20_000;

/** LISTEN_PID must be the process itself, which only that process knows. */
const WITH_OWN_PID = ['/bin/sh', '-c', 'LISTEN_PID=$$ exec "$@"', 'sh'] as const;

/** Starts a server and waits until it accepts clients. */
export function startOwn(args: readonly string[]): Promise<ServerProcess> {
  return ServerProcess.start(commandOf(args));
}

/** Starts a server on a listening socket, which this process keeps. */
export function startOn(listener: ListeningSocket, args: readonly string[]): Promise<ServerProcess> {
  return ServerProcess.start([...WITH_OWN_PID, ...commandOf(args)] as unknown as Command, {
    env: { ...process.env, LISTEN_FDS: '1', LISTEN_FDNAMES: 'primes' },
    descriptors: [listener.descriptor],
  });
}

/** Stops a server by SIGTERM; throws if it doesn't end in order. */
export async function stopOwn(server: ServerProcess): Promise<void> {
  await server.stopInOrder(STOP_MS);
}

function commandOf(args: readonly string[]): Command {
  return [process.execPath, SERVER_PROGRAM, ...args, '--table', 'none', '--log-level', 'silent'];
}

/**
 * The listening socket that a service manager passes to this process: socket activation. sd_listen_fds(3)
 *
 *     LISTEN_PID       the process that the sockets are for; others ignore them
 *     LISTEN_FDS       their number; the first one is descriptor 3
 *     LISTEN_FDNAMES   their names, separated by colons (FileDescriptorName= of a socket unit)
 *
 * The service manager keeps the socket open, so its queue outlives this process: clients that connect while one server
 * replaces another one wait there, and none is refused.
 */
import { UsageError } from '@concurrent-primes/harness/terminal';
import { ListeningSocket, closeDescriptor } from '@concurrent-primes/sockets';

/** The name that tells the server's socket from others, if there are several. */
export const SOCKET_NAME = 'primes';

const FIRST_DESCRIPTOR = 3;
const VARIABLES = ['LISTEN_PID', 'LISTEN_FDS', 'LISTEN_FDNAMES'] as const;

/**
 * Takes the listening socket that was passed to this process, and removes the variables, so that child processes don't take
 * them for theirs. Of several sockets it takes the one named {@link SOCKET_NAME} and closes the others.
 *
 * @param env - the environment, which is changed
 * @returns undefined if none was passed
 * @throws UsageError if a variable is wrong or the socket can't be listened on
 */
export function inheritedSocket(env: NodeJS.ProcessEnv = process.env, pid = process.pid): ListeningSocket | undefined {
  const [forPid, count, names = ''] = VARIABLES.map((name) => env[name]);
  for (const name of VARIABLES) Reflect.deleteProperty(env, name);
  if (forPid === undefined || count === undefined) return undefined;
  if (positive('LISTEN_PID', forPid) !== pid) return undefined;
  const descriptors = Array.from({ length: positive('LISTEN_FDS', count) }, (_, index) => FIRST_DESCRIPTOR + index);
  const chosen = choose(descriptors, names);
  try {
    const socket = ListeningSocket.inherit(chosen);
    for (const descriptor of descriptors) if (descriptor !== chosen) closeDescriptor(descriptor);
    return socket;
  } catch (error) {
    throw new UsageError(`${CANNOT}: ${(error as Error).message}`);
  }
}

const CANNOT = 'cannot use the sockets of the service manager';

function positive(name: string, text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new UsageError(`${CANNOT}: ${name} must be a whole number from 1, got '${text}'`);
}

function choose(descriptors: readonly number[], names: string): number {
  if (descriptors.length === 1) return descriptors[0]!;
  const named = descriptors.filter((_, index) => names.split(':')[index] === SOCKET_NAME);
  if (named.length === 1) return named[0]!;
  throw new UsageError(
    `${CANNOT}: one must be named '${SOCKET_NAME}' (FileDescriptorName=), got ${descriptors.length} sockets named '${names}'`,
  );
}

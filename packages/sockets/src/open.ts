/**
 * Opening a TCP socket, for `listen` and `connect`.
 */
import { closeDescriptor, setFlagsAfterwards } from './descriptor.ts';
import { SocketError } from './error.ts';
import { libc } from './libc.ts';
import { setIntOption } from './options.ts';
import { platform } from './platform.ts';

/**
 * Opens a TCP socket that is closed on exec. socket(2)
 *
 * @param family `AF_INET` or `AF_INET6`
 * @throws SocketError when the process or the system has no descriptor left (EMFILE, ENFILE) or lacks the family.
 */
export function openSocket(family: number, nonBlocking: boolean): number {
  const { SOCK_STREAM, SOCK_CLOEXEC, SOCK_NONBLOCK } = platform();
  const descriptor = libc().socket(family, SOCK_STREAM | SOCK_CLOEXEC | (nonBlocking ? SOCK_NONBLOCK : 0), 0);
  if (descriptor < 0) throw new SocketError('socket', libc().errno());
  return prepareSocket(descriptor, nonBlocking);
}

/** Does for a new socket what the call that made it could not do on this system; closes it when that fails. */
export function prepareSocket(descriptor: number, nonBlocking: boolean): number {
  const { hasFlagCalls, SOL_SOCKET, SO_NOSIGPIPE } = platform();
  return closeOnFailure(descriptor, () => {
    if (!hasFlagCalls) setFlagsAfterwards(descriptor, nonBlocking);
    if (SO_NOSIGPIPE !== undefined) setIntOption(descriptor, SOL_SOCKET, SO_NOSIGPIPE, 1);
    return descriptor;
  });
}

/** Runs the next step with a new descriptor, and closes it when the step throws: nobody owns it yet. */
export function closeOnFailure<T>(descriptor: number, step: () => T): T {
  try {
    return step();
  } catch (error) {
    closeDescriptor(descriptor);
    throw error;
  }
}

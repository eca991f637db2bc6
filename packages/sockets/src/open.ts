/** Opening sockets, with the flags that a system's calls may lack. socket(2) */
import { closeDescriptor, setFlagsAfterwards } from './descriptor.ts';
import { SocketError } from './error.ts';
import { libc } from './libc.ts';
import { setIntOption } from './options.ts';
import { platform } from './platform.ts';

/**
 * Opens a socket that child processes don't inherit. socket(2)
 *
 * @param type - Default: a stream.
 * @throws SocketError when no descriptor is free (EMFILE, ENFILE) or the system lacks the family.
 */
export function openSocket(family: number, nonBlocking: boolean, type = platform().SOCK_STREAM): number {
  const { SOCK_CLOEXEC, SOCK_NONBLOCK } = platform();
  const descriptor = libc().socket(family, type | SOCK_CLOEXEC | (nonBlocking ? SOCK_NONBLOCK : 0), 0);
  if (descriptor < 0) throw new SocketError('socket', libc().errno());
  return closeOnFailure(descriptor, () => {
    configureSocket(descriptor, nonBlocking);
    return descriptor;
  });
}

/** Sets on a new socket what the system call that opened it could not set on this system. */
export function configureSocket(descriptor: number, nonBlocking: boolean): void {
  const { hasFlagCalls, SOL_SOCKET, SO_NOSIGPIPE } = platform();
  if (!hasFlagCalls) setFlagsAfterwards(descriptor, nonBlocking);
  if (SO_NOSIGPIPE !== undefined) setIntOption(descriptor, SOL_SOCKET, SO_NOSIGPIPE, 1);
}

/** Runs a step with a new descriptor, which has no owner yet, and closes the descriptor when the step throws. */
export function closeOnFailure<T>(descriptor: number, step: () => T): T {
  try {
    return step();
  } catch (error) {
    closeDescriptor(descriptor);
    throw error;
  }
}

/** Opens two descriptors by one system call and prepares each; closes both when that fails. */
export function openTwo(
  call: string,
  open: (ends: Int32Array) => number,
  prepare: (descriptor: number) => void,
): [number, number] {
  const ends = new Int32Array(2);
  if (open(ends) < 0) throw new SocketError(call, libc().errno());
  const [one, other] = ends as unknown as [number, number];
  return closeOnFailure(one, () =>
    closeOnFailure(other, () => {
      prepare(one);
      prepare(other);
      return [one, other];
    }),
  );
}

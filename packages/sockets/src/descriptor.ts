/**
 * Ownership of a file descriptor.
 *
 * A descriptor is an index into the table of the process, and the kernel hands out the lowest free one: a number used
 * after `close` is soon somebody else's connection. So:
 * - one object owns a descriptor and closes it, once;
 * - after `close()` or `release()` the object holds -1, which every system call refuses (EBADF);
 * - a descriptor goes from one thread to another as a plain number: `release()` here, `adopt()` there.
 */
import { SocketError, errnos } from './error.ts';
import { libc } from './libc.ts';
import { platform } from './platform.ts';

/** What a closed or released owner holds in place of a descriptor. */
export const NO_DESCRIPTOR = -1;

/** The answer of a call that would have to wait: the descriptor is not ready, or its time limit has passed. */
export const WOULD_BLOCK = -1;

/** Owner of one open file descriptor. */
export class Descriptor implements Disposable {
  #descriptor: number;

  /** @param descriptor an open descriptor that nobody else closes */
  protected constructor(descriptor: number) {
    if (!Number.isInteger(descriptor) || descriptor < 0) {
      throw new RangeError(`adopt: descriptor must be a non-negative integer, received ${String(descriptor)}`);
    }
    this.#descriptor = descriptor;
  }

  /** The descriptor; -1 after {@link Descriptor.close} and {@link Descriptor.release}. */
  get descriptor(): number {
    return this.#descriptor;
  }

  /**
   * Gives up ownership without closing.
   *
   * @returns the descriptor, which the caller has to close or to give to an owner (`adopt`)
   * @throws Error when there is none any more.
   */
  release(): number {
    const descriptor = this.#descriptor;
    if (descriptor === NO_DESCRIPTOR)
      throw new Error('release: the descriptor must be open, it was closed or released');
    this.#descriptor = NO_DESCRIPTOR;
    return descriptor;
  }

  /**
   * Closes the descriptor; a second call does nothing. close(2)
   *
   * @throws SocketError when somebody else had closed it (EBADF).
   */
  close(): void {
    const descriptor = this.#descriptor;
    if (descriptor === NO_DESCRIPTOR) return;
    this.#descriptor = NO_DESCRIPTOR;
    closeDescriptor(descriptor);
  }

  [Symbol.dispose](): void {
    this.close();
  }

  /**
   * Chooses whether calls on this descriptor wait (blocking) or answer {@link WOULD_BLOCK}. fcntl(2), O_NONBLOCK
   *
   * The mode belongs to the open file, not to this object: it goes along when the descriptor changes hands.
   */
  setNonBlocking(nonBlocking: boolean): void {
    setNonBlocking(this.#descriptor, nonBlocking);
  }
}

/**
 * Closes a descriptor that no object owns. close(2)
 *
 * @throws SocketError when it is not open (EBADF) or the last bytes could not be written.
 */
export function closeDescriptor(descriptor: number): void {
  if (libc().close(descriptor) === 0) return;
  const errno = libc().errno();
  // The descriptor is gone even when a signal interrupted the call: closing again could close somebody else's.
  if (errno !== errnos.EINTR) throw new SocketError('close', errno, { descriptor });
}

/** Sets or clears O_NONBLOCK of any open descriptor. fcntl(2) */
export function setNonBlocking(descriptor: number, nonBlocking: boolean): void {
  const { F_GETFL, F_SETFL, O_NONBLOCK } = platform();
  const flags = check('fcntl', descriptor, libc().fcntlGet(descriptor, F_GETFL));
  const wanted = nonBlocking ? flags | O_NONBLOCK : flags & ~O_NONBLOCK;
  if (wanted !== flags) check('fcntl', descriptor, libc().fcntlSet(descriptor, F_SETFL, wanted));
}

/**
 * Gives a new descriptor the flags that the call that made it could not set: only for systems without such flags.
 */
export function setFlagsAfterwards(descriptor: number, nonBlocking: boolean): void {
  const { F_SETFD, FD_CLOEXEC } = platform();
  check('fcntl', descriptor, libc().fcntlSet(descriptor, F_SETFD, FD_CLOEXEC));
  setNonBlocking(descriptor, nonBlocking);
}

/** Returns the result of a call on a descriptor, or throws what went wrong with it. */
export function check(call: string, descriptor: number, result: number): number {
  if (result < 0) throw new SocketError(call, libc().errno(), { descriptor });
  return result;
}

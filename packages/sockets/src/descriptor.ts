/**
 * Ownership of a file descriptor.
 *
 * A descriptor is an index into a table of the process, and the kernel gives out the lowest free one: soon after
 * `close`, the number may denote another client's connection. So:
 * - one object owns a descriptor and closes it, once;
 * - after `close()` or `release()` the object holds -1, which every system call refuses (EBADF);
 * - a descriptor moves between threads as a number: `release()` in one, `adopt()` in the other.
 */
import { checkInteger } from './arguments.ts';
import { SocketError, errnos } from './error.ts';
import { libc } from './libc.ts';
import { platform } from './platform.ts';

/** What an owner holds after it closed or released its descriptor. */
export const NO_DESCRIPTOR = -1;

/** The result of a call that would have to wait: the descriptor is not ready, or its timeout has passed. */
export const WOULD_BLOCK = -1;

/** Owner of one open file descriptor. */
export class Descriptor implements Disposable {
  #descriptor: number;

  /** @param descriptor - Open, without another owner. */
  protected constructor(descriptor: number) {
    checkInteger('adopt', 'descriptor', descriptor, 0);
    this.#descriptor = descriptor;
  }

  /** The descriptor; -1 after {@link Descriptor.close} and {@link Descriptor.release}. */
  get descriptor(): number {
    return this.#descriptor;
  }

  /**
   * Gives up ownership without closing.
   *
   * @returns The descriptor; the caller closes it or passes it to `adopt`.
   * @throws Error when it is closed or released already.
   */
  release(): number {
    const descriptor = this.#descriptor;
    if (descriptor === NO_DESCRIPTOR) {
      throw new Error('cannot release: the descriptor must be open, got a closed or released one');
    }
    this.#descriptor = NO_DESCRIPTOR;
    return descriptor;
  }

  /**
   * Closes the descriptor; a second call does nothing. close(2)
   *
   * @throws SocketError when something else has closed it (EBADF).
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
   * Makes calls return {@link WOULD_BLOCK} (true) or wait (false). fcntl(2), O_NONBLOCK
   *
   * The mode belongs to the open file: it stays when the descriptor changes its owner.
   */
  setNonBlocking(nonBlocking: boolean): void {
    setNonBlocking(this.#descriptor, nonBlocking);
  }
}

/**
 * Closes a descriptor that has no owner. close(2)
 *
 * @throws SocketError when it is not open (EBADF) or the last bytes could not be written.
 */
export function closeDescriptor(descriptor: number): void {
  if (libc().close(descriptor) === 0) return;
  const errno = libc().errno();
  // Also an interrupted close has closed the descriptor: a second one could close another connection.
  if (errno !== errnos.EINTR) throw new SocketError('close', errno, { descriptor });
}

/**
 * Returns how many descriptors this process may have. Node raises the limit to what the system allows when it starts.
 * getrlimit(2), RLIMIT_NOFILE
 *
 * @returns the number; `Infinity` when there is no limit
 */
export function descriptorLimit(): number {
  const limits = new BigUint64Array(2);
  if (libc().getrlimit(platform().RLIMIT_NOFILE, limits) < 0) throw new SocketError('getrlimit', libc().errno());
  return limits[0]! > BigInt(Number.MAX_SAFE_INTEGER) ? Infinity : Number(limits[0]!);
}

/** Sets or clears O_NONBLOCK of an open descriptor. fcntl(2) */
export function setNonBlocking(descriptor: number, nonBlocking: boolean): void {
  const { F_GETFL, F_SETFL, O_NONBLOCK } = platform();
  const flags = check('fcntl', descriptor, libc().fcntlGet(descriptor, F_GETFL));
  const wanted = nonBlocking ? flags | O_NONBLOCK : flags & ~O_NONBLOCK;
  if (wanted !== flags) check('fcntl', descriptor, libc().fcntlSet(descriptor, F_SETFL, wanted));
}

/** Sets the flags of a new descriptor, on a system whose calls can't set them while opening it. */
export function setFlagsAfterwards(descriptor: number, nonBlocking: boolean): void {
  const { F_SETFD, FD_CLOEXEC } = platform();
  check('fcntl', descriptor, libc().fcntlSet(descriptor, F_SETFD, FD_CLOEXEC));
  setNonBlocking(descriptor, nonBlocking);
}

/** Returns the result of a call on a descriptor, or throws its SocketError. */
export function check(call: string, descriptor: number, result: number): number {
  if (result < 0) throw new SocketError(call, libc().errno(), { descriptor });
  return result;
}

/**
 * The error of a failed system call: one class for all calls, told apart by `code`, the name that the man page uses.
 * Wrong arguments are a `TypeError` or `RangeError` instead.
 */
import { constants } from 'node:os';
import { getSystemErrorMap } from 'node:util';

/** Error numbers of this system, by name. */
export const errnos = constants.errno;

export class SocketError extends Error {
  override readonly name = 'SocketError';
  /** Name of the system call: `'bind'`. */
  readonly call: string;
  /** Name of the error: `'EADDRINUSE'`. */
  readonly code: string;
  /** Number of the error on this system, positive as in C. */
  readonly errno: number;
  /** The descriptor that was the call's argument, if any. */
  readonly descriptor: number | undefined;

  /** @param on - Its descriptor, and what the message names instead of the descriptor (an address). */
  constructor(call: string, errno: number, on: { descriptor?: number; subject?: string } = {}) {
    const [code, text] = describeErrno(errno);
    const subject = on.subject ?? (on.descriptor === undefined ? undefined : `descriptor ${on.descriptor}`);
    super(`${subject === undefined ? call : `${call} ${subject}`}: ${code} (${text})`);
    this.call = call;
    this.code = code;
    this.errno = errno;
    this.descriptor = on.descriptor;
  }
}

/** Errors of calls that would open a descriptor, when the process or system has no resources left. accept(2), fcntl(2) */
const EXHAUSTED: ReadonlySet<string> = new Set(['EMFILE', 'ENFILE', 'ENOBUFS', 'ENOMEM']);

/** Tells whether a call failed for lack of descriptors or memory, so that it may succeed later. */
export function isExhausted(error: unknown): error is SocketError {
  return error instanceof SocketError && EXHAUSTED.has(error.code);
}

/** Errors of calls that only a fault of this program explains. All others come from the network, the peer or the system. */
const OWN_FAULTS: ReadonlySet<string> = new Set(['EBADF', 'EFAULT', 'EINVAL', 'ENOTSOCK', 'ENOSYS']);

/**
 * Tells whether a call failed for a reason outside of this program, so that it concerns one connection, or passes.
 *
 * The list has what is our fault, because the rest is open: Linux lets `accept(2)` fail with any network error that is
 * pending for the new connection, and a firewall or a security module adds its own.
 */
export function mayPass(error: unknown): error is SocketError {
  return error instanceof SocketError && !OWN_FAULTS.has(error.code);
}

function describeErrno(errno: number): readonly [code: string, text: string] {
  // Node's map holds, under negative numbers, the errors that libuv knows; it lacks some that libuv never returns.
  const known = getSystemErrorMap().get(-errno);
  if (known !== undefined) return known;
  const code = Object.entries(errnos).find(([, number]) => number === errno)?.[0];
  return [code ?? 'UNKNOWN', `error number ${errno}`];
}

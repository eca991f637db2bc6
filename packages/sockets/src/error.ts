/**
 * The error of a failed system call.
 *
 * One class for all of them: a caller decides by `code`, the name that the man page of the call uses. Faults of the
 * caller's arguments are not in it, they are `TypeError` and `RangeError` and no reason to catch anything.
 */
import { constants } from 'node:os';
import { getSystemErrorMap } from 'node:util';

/** The error numbers that this package or its callers tell apart, as this system counts them. */
export const errnos = constants.errno;

/** A system call failed: which call, why, and on what. */
export class SocketError extends Error {
  override readonly name = 'SocketError';
  /** The system call, by its name in section 2 of the manual: `'bind'`. */
  readonly call: string;
  /** The error's name: `'EADDRINUSE'`. */
  readonly code: string;
  /** The error's number on this system, positive as in C. */
  readonly errno: number;
  /** The descriptor the call was made on, when there was one. */
  readonly descriptor: number | undefined;

  /**
   * @param call the system call that failed
   * @param errno its error number, positive as in C
   * @param on the descriptor it was made on, and what to name in the message in its place (an address)
   */
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

/** What a call says when the process or the machine has nothing left for a new descriptor. accept(2), fcntl(2) */
const EXHAUSTED: ReadonlySet<string> = new Set(['EMFILE', 'ENFILE', 'ENOBUFS', 'ENOMEM']);

/**
 * Tells whether a call failed only for want of descriptors or memory, so that it may succeed later.
 *
 * @param error anything caught
 */
export function isExhausted(error: unknown): error is SocketError {
  return error instanceof SocketError && EXHAUSTED.has(error.code);
}

function describeErrno(errno: number): readonly [code: string, text: string] {
  // Node's map holds the errors that libuv knows, under negative numbers. It lacks some that are no failure of libuv's.
  const known = getSystemErrorMap().get(-errno);
  if (known !== undefined) return known;
  const code = Object.entries(errnos).find(([, number]) => number === errno)?.[0];
  return [code ?? 'UNKNOWN', `error number ${errno}`];
}

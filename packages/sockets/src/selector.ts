/**
 * The contract of a readiness selector: "which of these descriptors can be used without waiting?"
 *
 * One thread with many sockets may wait for none of them alone. It gives the kernel the whole set and sleeps until
 * something can be done. Three system calls ask that question; a server sees only this interface.
 *
 * - Level-triggered: a descriptor is reported by every `select()` for as long as it is ready.
 * - An error or a hang-up makes a descriptor ready for all it is waited for; the next `recv` or `send` tells the
 *   reason.
 * - One `select()` reports every descriptor that is ready, each once. The order is the kernel's or ascending: a loop
 *   that serves all that is reported is fair in any order.
 * - Unregister a descriptor *before* closing it. The three calls treat a closed one each in their own way: `select`
 *   fails with EBADF, `poll` reports it, epoll has silently forgotten it.
 */

/** Waits for nothing: stays registered and is never reported, not even for a hang-up. */
export const NONE = 0;
/** Something to receive or to accept, or the peer's end. */
export const READ = 1;
/** Room to send, or a `connect` that has come to its end. */
export const WRITE = 2;

/**
 * Beside {@link READ}: the peer has ended its sending, and behind the bytes that are here comes nothing any more. Who
 * has taken them all (a `recv` gave fewer than it was asked for) may save the `recv` that returns 0. It is a hint:
 * epoll gives it, poll does on Linux, `select(2)` has no way to.
 */
export const END = 4;

/**
 * The descriptors that are ready: entries 0 to `count - 1` of both arrays.
 *
 * Belongs to the selector, which overwrites it in its next `select()`; until then it stays as it is, whatever is
 * registered or unregistered. Take the arrays from it anew after each call: they are replaced when the selector grows.
 */
export interface ReadyList {
  /** How many descriptors are ready; 0 after a timeout. */
  readonly count: number;
  readonly descriptors: Int32Array;
  /**
   * {@link READ} and {@link WRITE} bits, never {@link NONE}, never more than was waited for; {@link END} only beside
   * {@link READ}.
   */
  readonly events: Uint8Array;
}

/** A set of descriptors, each with what it is waited for, and the wait. */
export interface Selector extends Disposable {
  /** The name of the system call. */
  readonly kind: string;
  /** Descriptors must be below this number: 1024 for `select(2)`, `Infinity` for the others. */
  readonly capacity: number;
  /** How many descriptors are registered. */
  readonly size: number;

  /**
   * Adds a descriptor.
   *
   * @param interest {@link NONE}, {@link READ}, {@link WRITE} or `READ | WRITE`
   * @throws RangeError when the descriptor is not in [0, capacity) or the interest is none of these; Error when it is
   *   registered already; with epoll also SocketError when it is not open (EBADF) or is a regular file (EPERM). Nothing
   *   has changed then. That a descriptor is not open, `select` finds only in its `select()`, and `poll` reports it.
   */
  register(descriptor: number, interest: number): void;

  /**
   * Changes what a registered descriptor is waited for.
   *
   * @throws Error when it is not registered; RangeError when the interest is none of the four; SocketError as the
   *   kernel does.
   */
  modify(descriptor: number, interest: number): void;

  /**
   * Removes a registered descriptor; it may be closed after that.
   *
   * @throws Error when it is not registered.
   */
  unregister(descriptor: number): void;

  /**
   * Removes a registered descriptor that is closed next, and has no duplicate: so epoll saves a system call.
   *
   * @throws Error when it is not registered.
   */
  forget(descriptor: number): void;

  /**
   * Waits until a descriptor is ready or the time is over. Signals don't cut it short.
   *
   * @param timeoutMs 0 only looks, `undefined` waits for ever; rounded up to what the system call counts in, never
   *   early
   * @returns the selector's one list, see {@link ReadyList}
   * @throws RangeError for a negative timeout; SocketError when the system call failed (EBADF: a registered descriptor
   *   was closed).
   */
  select(timeoutMs: number | undefined): ReadyList;

  /** Gives back what the selector itself holds, not the registered descriptors; a second call does nothing. */
  close(): void;
}

/**
 * The contract of a selector: which of these sockets can be used without waiting?
 *
 * A server that blocks in `recv` on one socket can't notice the others. With non-blocking sockets and a selector, one
 * thread serves all of them: it registers each socket's descriptor with an *interest* (to read, to write, or both),
 * sleeps in `select()` until at least one is *ready*, uses the ready ones, and repeats.
 *
 * - Selectors are level-triggered: each `select()` reports a descriptor for as long as it is ready.
 * - Each `select()` reports every ready descriptor, once. The order depends on the system call.
 * - An error or a hang-up makes a descriptor ready for its whole interest; the next `recv` or `send` gives the reason.
 * - Unregister a descriptor *before* closing it. System calls treat a closed one differently: `select` fails with
 *   EBADF, `poll` reports it, epoll drops it silently.
 */

/** Interest in nothing: the descriptor stays registered and is never reported, not even for a hang-up. */
export const NONE = 0;
/** Ready to `recv` or `accept`: bytes, a connection, or the end of the peer's stream. */
export const READ = 1;
/** Ready to `send`: there is room in the send buffer, or a non-blocking `connect` has finished. */
export const WRITE = 2;

/**
 * Added to {@link READ} when the peer has ended its stream: after the bytes that are here, `recv` returns 0.
 *
 * A hint, which can save that last `recv`. epoll gives it, poll only on Linux, `select(2)` can't.
 */
export const END = 4;

/**
 * The ready descriptors: entries 0 to `count - 1` of both arrays.
 *
 * It belongs to the selector, which overwrites it in the next `select()`; registering and unregistering leave it alone.
 * Read the arrays from it after each call: the selector replaces them when it grows.
 */
export interface ReadyList {
  /** Number of ready descriptors; 0 after a timeout. */
  readonly count: number;
  readonly descriptors: Int32Array;
  /** {@link READ} and {@link WRITE} bits within the interest, at least one; {@link END} only with {@link READ}. */
  readonly events: Uint8Array;
}

/** A set of descriptors, each with an interest. */
export interface Selector extends Disposable {
  /** Name of its system call, such as `select`. */
  readonly kind: string;
  /** Exclusive upper limit of descriptors: 1024 for `select(2)`, `Infinity` for the others. */
  readonly capacity: number;
  /** Number of registered descriptors. */
  readonly size: number;

  /**
   * Adds a descriptor.
   *
   * @param descriptor - Open, in [0, capacity), not registered.
   * @param interest - {@link NONE}, {@link READ}, {@link WRITE} or `READ | WRITE`.
   * @throws RangeError or Error when an argument is none of these; SocketError when epoll refuses the descriptor: it is
   *   not open (EBADF) or a regular file (EPERM). The set is then unchanged.
   */
  register(descriptor: number, interest: number): void;

  /**
   * Changes the interest of a registered descriptor.
   *
   * @throws Error when it is not registered; RangeError for another interest; SocketError when the kernel refuses.
   */
  modify(descriptor: number, interest: number): void;

  /**
   * Removes a registered descriptor.
   *
   * @throws Error when it is not registered.
   */
  unregister(descriptor: number): void;

  /**
   * Removes a registered descriptor that has no duplicate and that the caller closes next: one system call less than
   * {@link Selector.unregister} with epoll.
   *
   * @throws Error when it is not registered.
   */
  forget(descriptor: number): void;

  /**
   * Waits until a descriptor is ready or the timeout has passed. A signal does not end the wait.
   *
   * @param timeoutMs - 0 or more, rounded up to the resolution of the system call; `undefined` waits without limit.
   * @returns The selector's only list, see {@link ReadyList}.
   * @throws RangeError for a negative timeout; SocketError when the system call fails (EBADF: a registered descriptor
   *   was closed).
   */
  select(timeoutMs: number | undefined): ReadyList;

  /** Frees what the selector itself holds, not the registered descriptors; a second call does nothing. */
  close(): void;
}

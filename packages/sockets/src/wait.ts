/**
 * Waiting for one descriptor, through any number of signals.
 *
 * A blocking call that a signal interrupts fails with EINTR; the kernel does not restart a call on a socket with a
 * timeout (signal(7)). Simply repeating the call would restart its timeout at every signal: a sampling profiler sends a
 * thousand a second, so the timeout would never expire. Instead, `poll(2)` waits for the rest against a deadline, and
 * the call is repeated once the descriptor is ready.
 */
import { SocketError, errnos } from './error.ts';
import { libc } from './libc.ts';
import { wholeMs } from './timeouts.ts';

/** Event of `poll(2)`: there is something to receive or to accept. */
export const POLLIN = 1;
/** Event of `poll(2)`: there is room to send, or a `connect` has finished. */
export const POLLOUT = 4;

/**
 * Waits until a descriptor is ready or has an error; false after the deadline, a time of `performance.now()` or
 * Infinity.
 */
export function waitReady(descriptor: number, events: number, deadlineMs: number): boolean {
  const entry = new Int32Array([descriptor, events]);
  for (;;) {
    const ready = libc().poll(entry, 1, wholeMs(Math.max(0, deadlineMs - performance.now())));
    if (ready > 0) return true;
    if (ready === 0 && performance.now() >= deadlineMs) return false;
    const errno = ready < 0 ? libc().errno() : errnos.EINTR;
    if (errno !== errnos.EINTR) throw new SocketError('poll', errno, { descriptor });
  }
}

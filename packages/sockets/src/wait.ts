/**
 * Waiting after a signal.
 *
 * A blocking call that a signal interrupts fails with EINTR, and a call on a socket with a time limit is never
 * restarted by the kernel (signal(7)). To make the call again would start its time limit anew at each signal; a
 * sampling profiler sends a thousand a second, and the limit would never run out. So the rest of the wait is done by
 * `poll(2)` against a deadline, and the call is made again once the descriptor is ready.
 */
import { SocketError, errnos } from './error.ts';
import { libc } from './libc.ts';
import { MAX_TIMEOUT_MS } from './options.ts';

/** `POLLIN`: there is something to receive or to accept. */
export const POLLIN = 1;
/** `POLLOUT`: there is room to send, or a connect has come to its end. */
export const POLLOUT = 4;

/**
 * Waits until one descriptor is ready (or has an error), through any number of signals.
 *
 * @param descriptor what to wait for
 * @param events {@link POLLIN} or {@link POLLOUT}
 * @param deadlineMs on the clock of `performance.now()`; `Infinity` waits for ever
 * @returns whether it is ready; false: the deadline has passed
 */
export function waitReady(descriptor: number, events: number, deadlineMs: number): boolean {
  const entry = new Int32Array([descriptor, events]);
  for (;;) {
    const remainingMs = Math.max(0, deadlineMs - performance.now());
    const timeoutMs = remainingMs === Infinity ? -1 : Math.min(Math.ceil(remainingMs), MAX_TIMEOUT_MS);
    const ready = libc().poll(entry, 1, timeoutMs);
    if (ready > 0) return true;
    if (ready === 0 && performance.now() >= deadlineMs) return false;
    const errno = ready < 0 ? libc().errno() : errnos.EINTR;
    if (errno !== errnos.EINTR) throw new SocketError('poll', errno, { descriptor });
  }
}

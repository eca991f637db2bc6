/**
 * Timeouts in the units of the system calls: rounded up so that no wait ends early, and limited to what they can hold.
 */

/** The longest time that a C `int` of milliseconds holds: 24 days. */
export const MAX_TIMEOUT_MS = 2 ** 31 - 1;

/** The timeout argument of `poll(2)` and `epoll_wait(2)`: whole milliseconds, -1 for `Infinity`. */
export function wholeMs(timeoutMs: number): number {
  return timeoutMs === Infinity ? -1 : Math.min(Math.ceil(timeoutMs), MAX_TIMEOUT_MS);
}

/** Words of a `struct timeval`: two C longs, written as four little-endian 32-bit words. */
export const TIMEVAL_WORDS = 4;

/** Writes a `struct timeval` in whole microseconds. */
export function writeTimeval(words: Int32Array, timeoutMs: number): void {
  const us = Math.ceil(timeoutMs * 1000);
  words[0] = Math.floor(us / 1e6);
  words[1] = 0;
  words[2] = us % 1e6;
  words[3] = 0;
}

/**
 * Socket options as plain functions over a descriptor. getsockopt(2), socket(7), tcp(7)
 *
 * Three shapes of value exist, all made of C ints and longs: an int, `struct linger` (two ints) and `struct timeval`
 * (two longs, written here as four little-endian 32-bit words). One scratch array serves them all: a call is over
 * before the next begins.
 */
import { check } from './descriptor.ts';
import { libc } from './libc.ts';
import { platform } from './platform.ts';

const INT_BYTES = 4;
const LINGER_BYTES = 8;
const TIMEVAL_BYTES = 16;
const value = new Int32Array(TIMEVAL_BYTES / INT_BYTES);
const valueBytes = new Int32Array(1);

/** Sets an option of type int. */
export function setIntOption(descriptor: number, level: number, name: number, wanted: number): void {
  value[0] = wanted;
  check('setsockopt', descriptor, libc().setsockopt(descriptor, level, name, value, INT_BYTES));
}

/** Reads an option of type int. */
export function getIntOption(descriptor: number, level: number, name: number): number {
  valueBytes[0] = INT_BYTES;
  check('getsockopt', descriptor, libc().getsockopt(descriptor, level, name, value, valueBytes));
  return value[0]!;
}

/** Sets `SO_RCVTIMEO` or `SO_SNDTIMEO`; `undefined` waits for ever. */
export function setTimeoutOption(descriptor: number, name: number, timeoutMs: number | undefined): void {
  if (timeoutMs !== undefined && !(timeoutMs > 0 && timeoutMs <= MAX_TIMEOUT_MS)) {
    throw new RangeError(
      `setsockopt: timeoutMs must be in (0, ${MAX_TIMEOUT_MS}], or undefined for no limit, received ${String(timeoutMs)}`,
    );
  }
  writeTimeval(value, timeoutMs ?? 0);
  check('setsockopt', descriptor, libc().setsockopt(descriptor, platform().SOL_SOCKET, name, value, TIMEVAL_BYTES));
}

/** Reads `SO_RCVTIMEO` or `SO_SNDTIMEO` in milliseconds; `undefined` waits for ever. */
export function getTimeoutOption(descriptor: number, name: number): number | undefined {
  valueBytes[0] = TIMEVAL_BYTES;
  check('getsockopt', descriptor, libc().getsockopt(descriptor, platform().SOL_SOCKET, name, value, valueBytes));
  const timeoutMs = value[0]! * 1000 + value[2]! / 1000;
  return timeoutMs === 0 ? undefined : timeoutMs;
}

/** Sets `SO_LINGER`: how long `close` waits for unsent bytes, in seconds; `undefined` switches it off. */
export function setLingerOption(descriptor: number, seconds: number | undefined): void {
  value[0] = seconds === undefined ? 0 : 1;
  value[1] = seconds ?? 0;
  const { SOL_SOCKET, SO_LINGER } = platform();
  check('setsockopt', descriptor, libc().setsockopt(descriptor, SOL_SOCKET, SO_LINGER, value, LINGER_BYTES));
}

/** The longest time that a C `int` of milliseconds holds: 24 days. */
export const MAX_TIMEOUT_MS = 2 ** 31 - 1;

/** Writes a `struct timeval`, rounding up to whole microseconds so that no wait ends early. */
export function writeTimeval(words: Int32Array, timeoutMs: number): void {
  const us = Math.ceil(timeoutMs * 1000);
  words[0] = Math.floor(us / 1e6);
  words[1] = 0;
  words[2] = us % 1e6;
  words[3] = 0;
}

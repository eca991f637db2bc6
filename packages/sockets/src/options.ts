/**
 * Socket options as functions of a descriptor. getsockopt(2), socket(7), tcp(7)
 *
 * Values have three shapes: an int, `struct linger` (two ints) and `struct timeval`. All calls share one scratch array,
 * because a call is over before the next begins.
 */
import { check } from './descriptor.ts';
import { libc } from './libc.ts';
import { platform } from './platform.ts';
import { MAX_TIMEOUT_MS, TIMEVAL_WORDS, writeTimeval } from './timeouts.ts';

const INT_BYTES = 4;
const LINGER_BYTES = 2 * INT_BYTES;
const TIMEVAL_BYTES = TIMEVAL_WORDS * INT_BYTES;
const value = new Int32Array(TIMEVAL_WORDS);
const valueBytes = new Int32Array(1);

/** Sets an option of type int. */
export function setIntOption(descriptor: number, level: number, name: number, wanted: number): void {
  value[0] = wanted;
  setOption(descriptor, level, name, INT_BYTES);
}

/** Reads an option of type int. */
export function getIntOption(descriptor: number, level: number, name: number): number {
  getOption(descriptor, level, name, INT_BYTES);
  return value[0]!;
}

/** Sets `SO_RCVTIMEO` or `SO_SNDTIMEO`; `undefined` means no limit. */
export function setTimeoutOption(descriptor: number, name: number, timeoutMs: number | undefined): void {
  if (timeoutMs !== undefined && !(timeoutMs > 0 && timeoutMs <= MAX_TIMEOUT_MS)) {
    throw new RangeError(
      `cannot set a timeout: timeoutMs must be in (0, ${MAX_TIMEOUT_MS}], or undefined for no limit, got ${timeoutMs}`,
    );
  }
  writeTimeval(value, timeoutMs ?? 0);
  setOption(descriptor, platform().SOL_SOCKET, name, TIMEVAL_BYTES);
}

/** Reads `SO_RCVTIMEO` or `SO_SNDTIMEO` in milliseconds; `undefined` means no limit. */
export function getTimeoutOption(descriptor: number, name: number): number | undefined {
  getOption(descriptor, platform().SOL_SOCKET, name, TIMEVAL_BYTES);
  const timeoutMs = value[0]! * 1000 + value[2]! / 1000;
  return timeoutMs === 0 ? undefined : timeoutMs;
}

/** Sets `SO_LINGER`, the seconds that `close` waits for unsent bytes; `undefined` switches it off. */
export function setLingerOption(descriptor: number, seconds: number | undefined): void {
  value[0] = seconds === undefined ? 0 : 1;
  value[1] = seconds ?? 0;
  const { SOL_SOCKET, SO_LINGER } = platform();
  setOption(descriptor, SOL_SOCKET, SO_LINGER, LINGER_BYTES);
}

function setOption(descriptor: number, level: number, name: number, bytes: number): void {
  check('setsockopt', descriptor, libc().setsockopt(descriptor, level, name, value, bytes));
}

function getOption(descriptor: number, level: number, name: number, bytes: number): void {
  valueBytes[0] = bytes;
  check('getsockopt', descriptor, libc().getsockopt(descriptor, level, name, value, valueBytes));
}

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

export function setIntOption(descriptor: number, level: number, name: number, wanted: number): void {
  value[0] = wanted;
  setOption(descriptor, level, name, INT_BYTES);
}

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

/** `struct tcp_info` up to the two fields that say how full the queue of a listening socket is. linux/tcp.h */
const TCP_INFO_WORDS = 8;
const [STATE_WORD, LENGTH_WORD, MAXIMUM_WORD] = [0, 6, 7];
/** linux/tcp_states.h */
const TCP_LISTEN = 10;

/** Connections that wait in the kernel to be accepted. */
export interface Backlog {
  readonly length: number;
  readonly maximum: number;
}

/**
 * Returns how many connections wait in the queue of a listening socket.
 *
 * @returns undefined where the kernel doesn't tell (only Linux does), or if the descriptor isn't a listening socket (any
 * more): another thread may close it at any time
 */
export function backlogOf(descriptor: number): Backlog | undefined {
  const { IPPROTO_TCP, TCP_INFO } = platform();
  if (TCP_INFO === undefined) return undefined;
  const info = new Int32Array(TCP_INFO_WORDS);
  valueBytes[0] = info.byteLength;
  const isTold = libc().getsockopt(descriptor, IPPROTO_TCP, TCP_INFO, info, valueBytes) === 0;
  if (!isTold || (info[STATE_WORD]! & 0xff) !== TCP_LISTEN) return undefined;
  return { length: info[LENGTH_WORD]!, maximum: info[MAXIMUM_WORD]! };
}

function setOption(descriptor: number, level: number, name: number, bytes: number): void {
  check('setsockopt', descriptor, libc().setsockopt(descriptor, level, name, value, bytes));
}

function getOption(descriptor: number, level: number, name: number, bytes: number): void {
  valueBytes[0] = bytes;
  check('getsockopt', descriptor, libc().getsockopt(descriptor, level, name, value, valueBytes));
}

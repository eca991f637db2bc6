/** How messages say things. */
import type { Interval, Stop } from '@concurrent-primes/conformance';

/** @returns such as `[100, 120]` */
export function intervalText([a, b]: Interval): string {
  return `[${a}, ${b}]`;
}

/** @returns such as `1 byte` or `2 bytes` */
export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** @returns such as `7`, `7 and 11`, or `2, 3, 5 and 4 more` */
export function someOf(numbers: readonly number[]): string {
  const shown = numbers.slice(0, 3);
  if (numbers.length > shown.length) return `${shown.join(', ')} and ${numbers.length - shown.length} more`;
  return shown.length === 1 ? String(shown[0]) : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)!}`;
}

/** @returns such as `5 s` or `0.25 s` */
export function secondsText(durationMs: number): string {
  return `${Number((durationMs / 1000).toFixed(3))} s`;
}

/**
 * What came and why no more did, as the end of a sentence.
 *
 * @param timeoutMs - the longest silence, in milliseconds
 * @returns such as `the server closed the connection after 4 bytes`
 */
export function stopText(length: number, stop: Stop, timeoutMs: number): string {
  const after = length === 0 ? 'before it had sent anything' : `after ${plural(length, 'byte')}`;
  switch (stop) {
    case 'silent':
      return `the server sent ${length === 0 ? 'nothing' : `only ${plural(length, 'byte')}, and then nothing`} for ${secondsText(timeoutMs)}`;
    case 'end':
      return `the server closed the connection ${after}`;
    case 'reset':
      return `the server reset the connection ${after}`;
    case 'enough':
      return `the server sent ${plural(length, 'byte')}`;
  }
}

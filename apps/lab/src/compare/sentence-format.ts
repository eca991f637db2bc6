/** Numbers for sentences: a no-break space separates number and unit, because sentences are wrapped. */
import {
  formatBytes,
  formatCount,
  formatDuration,
  formatNumber,
  formatShare,
  formatTimes,
  joinNames,
} from '@concurrent-primes/harness/terminal';

const NO_BREAK_SPACE = '\u00A0';

export const number = formatNumber;
export const duration = unbroken(formatDuration);
export const bytes = unbroken(formatBytes);
export const percent = unbroken(formatShare);
export const times = unbroken(formatTimes);
export const count = formatCount;
export const list = joinNames;

/** The same text with ordinary spaces, for a terminal. */
export function plainText(text: string): string {
  return text.replaceAll(NO_BREAK_SPACE, ' ');
}

function unbroken(format: (value: number) => string): (value: number) => string {
  return (value) => format(value).replaceAll(' ', NO_BREAK_SPACE);
}

/** Numbers as people read them: three digits, a unit, no exponent. Between number and unit no line is broken. */

const GAP = '\u00A0';

/** Three significant digits; whole numbers as they are, with separators. */
export function number(value: number): string {
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '?';
  const size = Math.abs(value);
  if (Number.isInteger(value) || size >= 100) return Math.round(value).toLocaleString('en-US');
  if (size >= 10) return value.toFixed(1);
  if (size >= 0.1) return value.toFixed(2);
  return value.toFixed(size >= 0.01 ? 3 : 4);
}

/** A time: `850 µs`, `3.10 ms`, `2.50 s`. */
export function duration(ms: number): string {
  const size = Math.abs(ms);
  if (size >= 1000) return `${number(ms / 1000)}${GAP}s`;
  return size >= 1 || size === 0 ? `${number(ms)}${GAP}ms` : `${number(ms * 1000)}${GAP}µs`;
}

/** An amount of memory or data: `640 KB`, `72.0 MB`. */
export function bytes(value: number): string {
  const size = Math.abs(value);
  if (size >= 1e9) return `${number(value / 1e9)}${GAP}GB`;
  return size >= 1e6 ? `${number(value / 1e6)}${GAP}MB` : `${number(value / 1e3)}${GAP}KB`;
}

/** A share: `12 %`. */
export function percent(share: number): string {
  return `${number(share * 100)}${GAP}%`;
}

/** How many times as much: `1.42 times`. */
export function times(ratio: number): string {
  return `${number(ratio)}${GAP}times`;
}

/** Names in a sentence: `a`, `a and b`, `a, b and c`. */
export function list(names: readonly string[]): string {
  const [last, ...before] = names.toReversed();
  return before.length === 0 ? (last ?? '') : `${before.toReversed().join(', ')} and ${last!}`;
}

/** `1 thread`, `5 threads`. */
export function count(amount: number, one: string, many = `${one}s`): string {
  return `${number(amount)} ${amount === 1 ? one : many}`;
}

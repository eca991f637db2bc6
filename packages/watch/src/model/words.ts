/** Numbers, lists and times as words, in plain English. */

const NUMBERS = new Intl.NumberFormat('en');

/** `9,592`. */
export function number(value: number): string {
  return NUMBERS.format(value);
}

/** `1 turn`, `2,204 turns`. */
export function count(value: number, noun: string, plural = `${noun}s`): string {
  return `${number(value)} ${value === 1 ? noun : plural}`;
}

/** `s1`, `s1 and s2`, `s1, s2 and s3`. */
export function list(names: readonly string[]): string {
  if (names.length < 2) return names[0] ?? '';
  return `${names.slice(0, -1).join(', ')} and ${names.at(-1)!}`;
}

/**
 * A duration in a unit that a person can read at once: `10 µs`, `3.9 ms`, `900 ms`, `9.8 s`, `12 min`.
 *
 * @param us - microseconds
 */
export function duration(us: number): string {
  if (us < 1000) return `${number(Math.round(us))} µs`;
  if (us < 9950) return `${(us / 1000).toFixed(1)} ms`;
  if (us < 999_500) return `${number(Math.round(us / 1000))} ms`;
  if (us < 9_950_000) return `${(us / 1e6).toFixed(1)} s`;
  if (us < 600_000_000) return `${number(Math.round(us / 1e6))} s`;
  return `${number(Math.round(us / 6e7))} min`;
}

/**
 * A moment of a recording, as exactly as one can still read it: `1.135 ms`, `1,400 ms`, `41.2 s`.
 *
 * @param us - microseconds since the recording began
 */
export function moment(us: number): string {
  if (us < 100_000) return `${(us / 1000).toFixed(3)} ms`;
  if (us < 10_000_000) return `${number(Math.round(us / 1000))} ms`;
  if (us < 600_000_000) return `${(us / 1e6).toFixed(1)} s`;
  const minutes = Math.floor(us / 6e7);
  return `${number(minutes)} min ${Math.floor((us - minutes * 6e7) / 1e6)} s`;
}

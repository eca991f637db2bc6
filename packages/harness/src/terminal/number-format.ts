/** Numbers for people: three digits, a unit, no exponent. */

/** Three significant digits; whole numbers complete, with separators: `12,345`, `99.9`, `0.012`. */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '?';
  const size = Math.abs(value);
  if (Number.isInteger(value) || size >= 100) return Math.round(value).toLocaleString('en-US');
  if (size >= 10) return value.toFixed(1);
  if (size >= 0.1) return value.toFixed(2);
  return value.toFixed(size >= 0.01 ? 3 : 4);
}

/** A quantity with three digits, or all before the point, without separators: `0.25`, `12.3`, `4567`. */
export function formatDigits(value: number): string {
  // Rounded first: 9.996 is 10.0.
  if (Number(value.toFixed(2)) < 10) return value.toFixed(2);
  return Number(value.toFixed(1)) < 100 ? value.toFixed(1) : value.toFixed(0);
}

/** A measured time: `850 µs`, `3.10 ms`, `2.50 s`. */
export function formatDuration(ms: number): string {
  const size = Math.abs(ms);
  if (size >= 1000) return `${formatNumber(ms / 1000)} s`;
  return size >= 1 || size === 0 ? `${formatNumber(ms)} ms` : `${formatNumber(ms * 1000)} µs`;
}

/** A latency in at most 9 characters: `85 µs`, `1.23 ms`, `45.6 ms`, `1.25 s`. */
export function formatLatency(ms: number): string {
  if (ms < 0.9995) return `${Math.round(ms * 1000)} µs`;
  return ms < 999.5 ? `${formatDigits(ms)} ms` : `${formatDigits(ms / 1000)} s`;
}

/** A chosen time, as one would say it: `0.05 s`, `10 s`, `90 s`. */
export function formatSeconds(ms: number): string {
  return `${ms < 1000 ? Number((ms / 1000).toPrecision(2)) : Number((ms / 1000).toFixed(1))} s`;
}

/** The estimated length of a run: `40 s`, `3 min`, `1 h 20 min`. */
export function formatEstimate(ms: number): string {
  if (ms < 90_000) return `${Math.max(Math.ceil(ms / 1000), 1)} s`;
  const minutes = Math.round(ms / 60_000);
  if (minutes < 90) return `${minutes} min`;
  return `${Math.floor(minutes / 60)} h${minutes % 60 === 0 ? '' : ` ${minutes % 60} min`}`;
}

/** An amount of memory or data: `640 KB`, `72.0 MB`. */
export function formatBytes(value: number): string {
  const size = Math.abs(value);
  if (size >= 1e9) return `${formatNumber(value / 1e9)} GB`;
  return size >= 1e6 ? `${formatNumber(value / 1e6)} MB` : `${formatNumber(value / 1e3)} KB`;
}

/** A share: `12.3 %`. */
export function formatShare(share: number): string {
  return `${formatNumber(share * 100)} %`;
}

/** A ratio: `1.42 times`. */
export function formatTimes(ratio: number): string {
  return `${formatNumber(ratio)} times`;
}

/** A number and its noun: `1 thread`, `5 threads`. */
export function formatCount(amount: number, one: string, many = `${one}s`): string {
  return `${formatNumber(amount)} ${amount === 1 ? one : many}`;
}

/** Names in a sentence: `a`, `a and b`, `a, b and c`. */
export function joinNames(names: readonly string[]): string {
  if (names.length < 2) return names.join('');
  return `${names.slice(0, -1).join(', ')} and ${names.at(-1)!}`;
}

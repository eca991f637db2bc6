/** Files of a run: the timeline as CSV (RFC 4180), the latency as a percentile distribution of HdrHistogram. */
import { type EncodedHistogram, type LoadResult, mergeHistograms } from '@concurrent-primes/load';

/** Lines for each halving of the distance to 100 %, as HdrHistogram's own tools have. */
const TICKS_PER_HALF = 5;

/**
 * Writes a timeline: a line for each point, and a last one for the drain. Requests and errors of all lines add up to
 * those of the result.
 */
export function renderCsv({ timeline, drain }: Pick<LoadResult, 'timeline' | 'drain'>): string {
  const points = drain === undefined ? timeline : [...timeline, drain];
  const lines = points.map(({ atMs, requests, errors, p50Ms, p99Ms, bytes }) =>
    [atMs / 1000, requests, errors, p50Ms, p99Ms, bytes].map((value) => Number(value.toFixed(6))).join(','),
  );
  return ['seconds,requests,errors,p50_ms,p99_ms,bytes', ...lines, ''].join('\r\n');
}

/**
 * Writes a histogram in milliseconds as the `.hgrm` that
 * https://hdrhistogram.github.io/HdrHistogram/plotFiles.html plots.
 */
export function renderHgrm(encoded: EncodedHistogram): string {
  const { count, meanMs, maxMs } = mergeHistograms([encoded]);
  const lines: string[] = [];
  let percent = 0;
  let below = 0;
  for (const [i, upToMs] of encoded.upToMs.entries()) {
    below += encoded.counts[i]!;
    // Each line is the value that this share of all does not exceed.
    for (; percent <= (100 * below) / count; percent += tickAt(percent)) {
      lines.push(line(Math.min(upToMs, maxMs), percent / 100, below));
      if (below === count) break;
    }
  }
  if (count > 0) lines.push(line(maxMs, 1, count));
  const deviationMs = deviationOf(encoded, meanMs, count);
  return [
    `${'Value'.padStart(12)} ${'Percentile'.padStart(14)} ${'TotalCount'.padStart(10)} ${'1/(1-Percentile)'.padStart(14)}`,
    '',
    ...lines,
    `#[Mean    = ${fixed(meanMs)}, StdDeviation   = ${fixed(deviationMs)}]`,
    `#[Max     = ${fixed(maxMs)}, Total count    = ${String(count).padStart(12)}]`,
    `#[Buckets = ${String(BUCKETS).padStart(12)}, SubBuckets     = ${String(SUB_BUCKETS).padStart(12)}]`,
    '',
  ].join('\n');
}

/** Of the load engine's histograms: powers of two, and the parts of each. */
const BUCKETS = 33;
const SUB_BUCKETS = 1024;

/** The distance to the next line: 100 / ticks at first, half of it when half of the distance to 100 % is left, and so on. */
function tickAt(percent: number): number {
  const halvings = Math.floor(Math.log2(100 / (100 - percent)));
  return 100 / (TICKS_PER_HALF * 2 ** (halvings + 1));
}

function line(valueMs: number, share: number, below: number): string {
  const start = `${fixed(valueMs)} ${share.toFixed(12).padStart(14)} ${String(below).padStart(10)}`;
  return share < 1 ? `${start} ${(1 / (1 - share)).toFixed(2).padStart(14)}` : start;
}

function deviationOf({ upToMs, counts }: EncodedHistogram, meanMs: number, count: number): number {
  const squares = upToMs.reduce((sum, valueMs, i) => sum + counts[i]! * (valueMs - meanMs) ** 2, 0);
  return count === 0 ? 0 : Math.sqrt(squares / count);
}

function fixed(value: number): string {
  return value.toFixed(3).padStart(12);
}

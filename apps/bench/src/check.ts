/**
 * Whether a run has lost against an earlier one, by a rule that anyone can redo with pencil and paper.
 *
 * Each round of a run is a measurement of its own. So a run says itself how far its figure is to be trusted: its spread
 * is (greatest − least) / median of the values that the rounds would have given alone. A row has lost if its figure is
 * worse than before by more than **both spreads together**, and by more than {@link LEAST_LOSS}: two runs differ by
 * things that no run sees in itself, such as where the kernel has put the code in memory.
 *
 * One wild sample makes a row blind. That is the right way round: a noisy machine must not blame the code. And what was
 * measured once, knows no noise and is not compared.
 */
import type { Environment } from './environment.ts';
import { betterOf } from './figures.ts';
import type { Report } from './report.ts';
import { summarize } from './stats.ts';
import { type Verdict, valuesByRound } from './verdict.ts';

/** What no row is blamed for, as a part of the figure. */
const LEAST_LOSS = 0.05;

/** What became of the rows of a run. */
export interface Comparison {
  /** How many rows could be compared. */
  readonly compared: number;
  readonly losses: readonly Loss[];
  /** Rows that had a figure and have none now, though their benchmark was run. */
  readonly gone: readonly string[];
  /** What the two runs were taken on, where it is not the same: their figures may differ for that alone. */
  readonly differences: readonly string[];
}

/** A row that is worse than it was. */
export interface Loss {
  /** Benchmark and row. */
  readonly row: string;
  readonly before: number;
  readonly now: number;
  /** How much worse, as a part of the earlier figure; the noise in the same terms. */
  readonly loss: number;
  readonly noise: number;
}

/**
 * Compares the rows that two runs have in common.
 *
 * @param before - the earlier run
 * @param now - the later one
 */
export function compareReports(before: readonly Report[], now: readonly Report[]): Comparison {
  const current = rowsOf(now);
  const names = new Set(now.map(({ benchmark }) => benchmark));
  const losses: Loss[] = [];
  const gone: string[] = [];
  let compared = 0;
  for (const [row, earlier] of rowsOf(before.filter(({ benchmark }) => names.has(benchmark)))) {
    const later = current.get(row);
    if (earlier.measured === undefined) continue;
    if (later?.measured === undefined) {
      gone.push(row);
      continue;
    }
    const loss = lossOf(later, earlier.measured, later.measured);
    const spreads = [spreadOf(earlier), spreadOf(later)] as const;
    if (loss === undefined || spreads[0] === undefined || spreads[1] === undefined) continue;
    compared += 1;
    const noise = Math.max(LEAST_LOSS, spreads[0] + spreads[1]);
    if (loss > noise) losses.push({ row, before: earlier.measured, now: later.measured, loss, noise });
  }
  return { compared, losses, gone, differences: differencesOf(before[0]?.environment, now[0]?.environment) };
}

/**
 * A comparison in words.
 *
 * @returns lines, each with its line end
 */
export function renderComparison({ compared, losses, gone, differences }: Comparison): string {
  const percent = (part: number): string => `${(part * 100).toFixed(0)} %`;
  return [
    `${losses.length} of ${compared} rows have lost beyond the noise`,
    ...losses.map(
      ({ row, before, now, loss, noise }) =>
        `LOST ${row}: ${before.toPrecision(3)} then, ${now.toPrecision(3)} now, ${percent(loss)} worse; noise ${percent(noise)}`,
    ),
    ...gone.map((row) => `no longer measured: ${row}`),
    ...differences.map((difference) => `not the same: ${difference}`),
  ]
    .map((line) => `${line}\n`)
    .join('');
}

function differencesOf(before: Environment | undefined, now: Environment | undefined): string[] {
  if (before === undefined || now === undefined) return [];
  const fields = ['cpu', 'cores', 'memoryBytes', 'os', 'node'] as const;
  return fields.flatMap((field) =>
    before[field] === now[field] ? [] : [`${field} ${before[field]} then, ${now[field]} now`],
  );
}

function rowsOf(reports: readonly Report[]): Map<string, Verdict> {
  const nameOf = ({ what, ours, peer }: Verdict): string =>
    peer === undefined ? `${what} (${ours.name})` : `${what} (${ours.name}, ${peer.name})`;
  return new Map(
    reports.flatMap(({ benchmark, rows }) => rows.map((row) => [`${benchmark}: ${nameOf(row)}`, row] as const)),
  );
}

/** How much worse a row is now, as a part of what it was; undefined if no direction of it is better. */
function lossOf({ figure, goal }: Verdict, before: number, now: number): number | undefined {
  const better = betterOf(figure);
  if (better === undefined || before === 0) return undefined;
  // A speedup is the peer's figure over ours: where less is better, more of it is.
  const isHigherBetter = (better === 'higher') !== (goal.kind === 'speedup');
  return (isHigherBetter ? before - now : now - before) / Math.abs(before);
}

/** How far the rounds lie apart, as a part of their median; undefined if there are not two of them. */
function spreadOf(row: Verdict): number | undefined {
  const values = valuesByRound(row);
  if (values.length < 2) return undefined;
  const { median, min, max } = summarize(values);
  return median === 0 ? 0 : (max - min) / Math.abs(median);
}

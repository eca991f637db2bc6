/**
 * Compares a run with an earlier one, by a rule that can be checked with pencil and paper.
 *
 * Each round of a run is a measurement of its own, so a run shows how reliable its values are: its spread is
 * (greatest − least) / median of the values from each round alone. A row has lost if it is worse than before by more
 * than **both spreads together**, and by more than {@link LEAST_LOSS}: two runs differ by things that neither can see in
 * itself, such as where the kernel has put the code in memory.
 *
 * One wild sample hides a loss. That is the right way round: a noisy machine must not blame the code. A row that was
 * measured once has no known noise and isn't compared.
 */
import { type Environment, spreadOf, summarize } from '@concurrent-primes/harness';
import { valuesByRound, type Verdict } from './benchmark-verdict.ts';
import { betterOf } from './metrics.ts';
import type { EarlierReport } from './report-json.ts';

/** Losses up to this share of the earlier value are ignored. */
const LEAST_LOSS = 0.05;

/** How the rows of two runs compare. */
export interface Comparison {
  /** Number of rows that could be compared. */
  readonly compared: number;
  readonly losses: readonly Loss[];
  /** Rows that had a value and have none now, although their benchmark was run. */
  readonly gone: readonly string[];
  /** Differences between the environments of the two runs, which may explain others. */
  readonly differences: readonly string[];
}

/** A row that is worse than before. */
export interface Loss {
  /** Names of the benchmark and the row. */
  readonly row: string;
  readonly before: number;
  readonly now: number;
  /** How much worse, and how large the noise is, as shares of the earlier value. */
  readonly loss: number;
  readonly noise: number;
}

/** Compares the rows that two runs have in common. */
export function compareReports(before: readonly EarlierReport[], now: readonly EarlierReport[]): Comparison {
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
    const spreads = [spreadByRound(earlier), spreadByRound(later)] as const;
    if (loss === undefined || spreads[0] === undefined || spreads[1] === undefined) continue;
    compared += 1;
    const noise = Math.max(LEAST_LOSS, spreads[0] + spreads[1]);
    if (loss > noise) losses.push({ row, before: earlier.measured, now: later.measured, loss, noise });
  }
  return { compared, losses, gone, differences: differencesOf(before[0]?.environment, now[0]?.environment) };
}

/** Renders a comparison as lines, each with its line end. */
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

function rowsOf(reports: readonly EarlierReport[]): Map<string, Verdict> {
  const nameOf = ({ what, ours, peer }: Verdict): string =>
    peer === undefined ? `${what} (${ours.name})` : `${what} (${ours.name}, ${peer.name})`;
  return new Map(
    reports.flatMap(({ benchmark, rows }) => rows.map((row) => [`${benchmark}: ${nameOf(row)}`, row] as const)),
  );
}

/** How much worse a row is now, as a share of the earlier value; undefined if its metric has no better direction. */
function lossOf({ metric, goal }: Verdict, before: number, now: number): number | undefined {
  const better = betterOf(metric);
  if (better === undefined || before === 0) return undefined;
  // A speedup is the peer's value over ours, so its better direction is the opposite.
  const isHigherBetter = (better === 'higher') !== (goal.kind === 'speedup');
  return (isHigherBetter ? before - now : now - before) / Math.abs(before);
}

/** The spread of a row's rounds; undefined if there are fewer than two. */
function spreadByRound(row: Verdict): number | undefined {
  const values = valuesByRound(row);
  return values.length < 2 ? undefined : Math.abs(spreadOf(summarize(values)));
}

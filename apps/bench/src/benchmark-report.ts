/** The report of a benchmark as tables. */
import { type Environment, summarize } from '@concurrent-primes/harness';
import { tableLines } from '@concurrent-primes/harness/terminal';
import type { Contestant, Verdict } from './benchmark-verdict.ts';
import type { MissingContender, Outcome } from './benchmark.ts';
import type { MetricChart } from './metric-charts.ts';
import {
  CLIENT_LIMIT,
  formatLimit,
  formatSpread,
  formatValue,
  type MetricName,
  METRICS,
  threeDigits,
} from './metrics.ts';

/** The result of a benchmark. */
export interface Report {
  readonly benchmark: string;
  readonly quick: boolean;
  /** The largest number of rounds of an experiment. */
  readonly rounds: number;
  /** Length of the whole run. */
  readonly elapsedMs: number;
  readonly environment: Environment;
  /** Versions of what was measured, by name. */
  readonly versions: Readonly<Record<string, string>>;
  readonly rows: readonly Verdict[];
  readonly experiments: readonly ExperimentResult[];
  readonly charts: readonly MetricChart[];
}

/** An experiment with all of its outcomes. */
export interface ExperimentResult {
  readonly name: string;
  /** Metrics of all contenders, listed below the rows. */
  readonly details: readonly MetricName[];
  readonly contenders: readonly (MissingContender | { readonly name: string; readonly outcomes: readonly Outcome[] })[];
}

const HEAD = ['what', 'ours', 'peer', 'measured', 'goal', ''];

/** Renders tables, and below them what they were measured on, as lines, each with its line end. */
export function renderText(report: Report): string {
  const { benchmark, quick, rounds, elapsedMs, environment, versions, rows, experiments } = report;
  const { cpu, cores, loadBefore, os, node, commit } = environment;
  const versionTexts = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return [
    ...(quick ? ['A smoke run: these numbers mean nothing.', ''] : []),
    ...leftTable([HEAD, ...rows.map(cellsOf)]),
    ...experiments.flatMap(detailTable),
    ...experiments.flatMap(partsTable),
    '',
    `${benchmark}: medians of up to ${rounds} rounds in turns (least to greatest), in ${Math.ceil(elapsedMs / 1000)} s`,
    `${cpu}, ${cores} cores, load ${threeDigits(loadBefore)} before; ${os}; Node ${node}; commit ${commit ?? 'unknown'}`,
    ...(versionTexts.length > 0 ? [versionTexts.join(', ')] : []),
    ...(rows.some(isAtClientsLimit)
      ? [`* the client was the limit: it was busy for at least ${CLIENT_LIMIT * 100} % of the time`]
      : []),
    ...new Set(rows.flatMap(reasonsOf)),
  ]
    .map((line) => `${line}\n`)
    .join('');
}

function reasonsOf({ ours, peer, measured }: Verdict): string[] {
  const missing = [ours, peer].flatMap((contestant) =>
    contestant?.missing === undefined ? [] : [`not available: ${contestant.name}: ${contestant.missing}`],
  );
  if (measured !== undefined || missing.length > 0) return missing;
  return [`not available: ${(peer ?? ours).name}: took too little time to be measured`];
}

function cellsOf(row: Verdict): string[] {
  const { what, metric, ours, peer, met } = row;
  const unit = METRICS[metric];
  const summaryOf = ({ summary }: Contestant): string => (summary === undefined ? '' : formatSpread(summary, unit));
  return [
    what,
    summaryOf(ours),
    peer === undefined ? '' : `${peer.name} ${summaryOf(peer)}`.trimEnd(),
    measuredText(row),
    goalText(row),
    [met === undefined ? '' : met ? 'met' : 'NOT MET', isAtClientsLimit(row) ? '*' : ''].join(' ').trim(),
  ];
}

function isAtClientsLimit({ ours, peer }: Verdict): boolean {
  return [ours, peer].some((contestant) => (contestant?.clientBusy ?? 0) >= CLIENT_LIMIT);
}

function measuredText({ goal, metric, measured }: Verdict): string {
  if (measured === undefined) return 'not available';
  switch (goal.kind) {
    case 'ratio':
      return `ratio ${threeDigits(measured)}`;
    case 'speedup':
      return `${threeDigits(measured)} times`;
    case 'value':
      return formatValue(measured, METRICS[metric]);
    case 'line':
      return `R² ${measured.toFixed(3)}`;
  }
}

function goalText({ goal: { kind, atMost, atLeast }, metric }: Verdict): string {
  const limit = (value: number): string => (kind === 'value' ? formatLimit(value, METRICS[metric]) : String(value));
  return [
    ...(atLeast === undefined ? [] : [`≥ ${limit(atLeast)}`]),
    ...(atMost === undefined ? [] : [`≤ ${limit(atMost)}`]),
  ].join(', ');
}

/** A line for each contender of an experiment, with its metrics. */
function detailTable({ name, details, contenders }: ExperimentResult): string[] {
  if (details.length === 0) return [];
  const lines = contenders.flatMap((contender) => {
    if ('missing' in contender) return [];
    const cells = details.map((metric) => {
      const samples = contender.outcomes.flatMap(({ metrics }) => metrics[metric] ?? []);
      return samples.length === 0 ? '' : formatValue(summarize(samples).median, METRICS[metric]);
    });
    return [[contender.name, ...cells]];
  });
  return ['', ...leftTable([[name, ...details.map(titleOf)], ...lines])];
}

/** Parts below this are listed together. */
const SMALL_PART = 0.01;

/** A line for each part of a metric, with a column for each contender. */
function partsTable({ name, contenders }: ExperimentResult): string[] {
  const columns = contenders.flatMap((contender) => {
    const outcome = 'missing' in contender ? undefined : contender.outcomes.at(-1);
    return outcome?.parts === undefined ? [] : [{ name: contender.name, parts: outcome.parts }];
  });
  if (columns.length === 0) return [];
  const valuesOf = (part: string): number[] => columns.map(({ parts }) => parts[part] ?? 0);
  const total = (part: string): number => valuesOf(part).reduce((sum, value) => sum + value, 0);
  const names = [...new Set(columns.flatMap(({ parts }) => Object.keys(parts)))].sort((x, y) => total(y) - total(x));
  const isSmall = (part: string): boolean => Math.max(...valuesOf(part)) < SMALL_PART;
  const small = names.filter(isSmall).map(valuesOf);
  const others = columns.map((_, column) => small.reduce((sum, values) => sum + values[column]!, 0));
  const lines = [
    ...names.filter((part) => !isSmall(part)).map((part) => [part, ...valuesOf(part).map(threeDigits)]),
    ...(small.length > 0 ? [[`${small.length} others`, ...others.map(threeDigits)]] : []),
  ];
  return ['', ...leftTable([[name, ...columns.map((column) => column.name)], ...lines])];
}

/** A metric's name as words without the unit, which follows the value: `cpu per request` for `cpuPerRequestMs`. */
function titleOf(metric: MetricName): string {
  return metric
    .replace(/(Ms|Bytes)$/, '')
    .replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
    .replace('p999', 'p99.9');
}

function leftTable(rows: readonly (readonly string[])[]): string[] {
  return tableLines(rows, { left: Infinity });
}

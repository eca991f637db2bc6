/** A benchmark's result: as tables for people, as JSON for programs. */
import type { MissingContender, Outcome } from './benchmark.ts';
import type { LineChart } from './chart.ts';
import type { Environment } from './environment.ts';
import {
  CLIENT_LIMIT,
  FIGURES,
  type FigureName,
  formatLimit,
  formatSummary,
  formatValue,
  threeDigits,
} from './figures.ts';
import { summarize } from './stats.ts';
import type { Contestant, Verdict } from './verdict.ts';

/** All that is known when a benchmark is done. */
export interface Report {
  readonly benchmark: string;
  readonly quick: boolean;
  /** The most rounds that one of its experiments had. */
  readonly rounds: number;
  /** How long all of it has taken. */
  readonly elapsedMs: number;
  readonly environment: Environment;
  /** What was measured, by name. */
  readonly versions: Readonly<Record<string, string>>;
  readonly rows: readonly Verdict[];
  readonly experiments: readonly ExperimentResult[];
  readonly charts: readonly LineChart[];
}

/** An experiment with everything that was measured in it. */
export interface ExperimentResult {
  readonly name: string;
  /** The figures that {@link renderText} lists. */
  readonly details: readonly FigureName[];
  readonly contenders: readonly (MissingContender | { readonly name: string; readonly outcomes: readonly Outcome[] })[];
}

const HEAD = ['what', 'ours', 'peer', 'measured', 'goal', ''];

/**
 * Reports as a JSON array, with all samples; each figure is in the unit of its name.
 *
 * @returns one document, with its line end
 */
export function renderJson(reports: readonly Report[]): string {
  return `${JSON.stringify(reports, null, 2)}\n`;
}

/**
 * The report as tables, with what it was taken on below.
 *
 * @returns lines, each with its line end
 */
export function renderText(report: Report): string {
  const { benchmark, quick, rounds, elapsedMs, environment, versions, rows, experiments } = report;
  const { cpu, cores, loadBefore, os, node, commit } = environment;
  const versionTexts = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return [
    ...(quick ? ['A smoke run: these figures mean nothing.', ''] : []),
    ...alignColumns([HEAD, ...rows.map(cellsOf)]),
    ...experiments.flatMap(detailTable),
    ...experiments.flatMap(partsTable),
    '',
    `${benchmark}: medians of up to ${rounds} rounds in turns (least to greatest), in ${Math.ceil(elapsedMs / 1000)} s`,
    `${cpu}, ${cores} cores, load ${threeDigits(loadBefore)} before; ${os}; Node ${node}; commit ${commit}`,
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
  return [`not available: ${(peer ?? ours).name}: took too little to be measured`];
}

function cellsOf(row: Verdict): string[] {
  const { what, figure, ours, peer, met } = row;
  const unit = FIGURES[figure];
  const summaryOf = ({ summary }: Contestant): string => (summary === undefined ? '' : formatSummary(summary, unit));
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

function measuredText({ goal, figure, measured }: Verdict): string {
  if (measured === undefined) return 'not available';
  switch (goal.kind) {
    case 'ratio':
      return `ratio ${threeDigits(measured)}`;
    case 'speedup':
      return `${threeDigits(measured)} times`;
    case 'value':
      return formatValue(measured, FIGURES[figure]);
    case 'line':
      return `R² ${measured.toFixed(3)}`;
  }
}

function goalText({ goal: { kind, atMost, atLeast }, figure }: Verdict): string {
  const limit = (value: number): string => (kind === 'value' ? formatLimit(value, FIGURES[figure]) : String(value));
  return [
    ...(atLeast === undefined ? [] : [`≥ ${limit(atLeast)}`]),
    ...(atMost === undefined ? [] : [`≤ ${limit(atMost)}`]),
  ].join(', ');
}

/** The figures of an experiment's contenders, one line each. */
function detailTable({ name, details, contenders }: ExperimentResult): string[] {
  if (details.length === 0) return [];
  const lines = contenders.flatMap((contender) => {
    if ('missing' in contender) return [];
    const cells = details.map((figure) => {
      const samples = contender.outcomes.flatMap(({ figures }) => figures[figure] ?? []);
      return samples.length === 0 ? '' : formatValue(summarize(samples).median, FIGURES[figure]);
    });
    return [[contender.name, ...cells]];
  });
  return ['', ...alignColumns([[name, ...details.map(titleOf)], ...lines])];
}

/** A part that no contender has more of than this is listed among others. */
const SMALL_PART = 0.01;

/** What the contenders' figures are made of: a line for each part, a column for each contender. */
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
  return ['', ...alignColumns([[name, ...columns.map((column) => column.name)], ...lines])];
}

/** `cpuPerRequestMs` as words, without the unit, which stands behind the value: `cpu per request`. */
function titleOf(figure: FigureName): string {
  return figure
    .replace(/(Ms|Bytes)$/, '')
    .replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
    .replace('p999', 'p99.9');
}

function alignColumns(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join('  ')
      .trimEnd(),
  );
}

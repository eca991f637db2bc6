/** A benchmark's result: as a table for people, as JSON for programs. */
import type { Goal } from './benchmark.ts';
import type { Environment } from './environment.ts';
import type { Summary } from './stats.ts';
import type { Contestant, Verdict } from './verdict.ts';

/** All that is known when a benchmark is done. */
export interface Report {
  readonly benchmark: string;
  readonly quick: boolean;
  readonly rounds: number;
  readonly environment: Environment;
  /** What was measured, by name. */
  readonly versions: Readonly<Record<string, string>>;
  readonly rows: readonly Verdict[];
}

const HEAD = ['what', 'ours', 'peer', 'measured', 'goal', ''];

/**
 * Reports as a JSON array, with all samples; times are milliseconds.
 *
 * @returns one document, with its line end
 */
export function renderJson(reports: readonly Report[]): string {
  return `${JSON.stringify(reports, null, 2)}\n`;
}

/**
 * The report as a table, with what it was taken on below.
 *
 * @returns lines, each with its line end
 */
export function renderText({ benchmark, quick, rounds, environment, versions, rows }: Report): string {
  const { cpu, cores, loadBefore, os, node, commit } = environment;
  const reasons = new Set(rows.flatMap(({ ours, peer }) => [ours, peer]).flatMap(reasonOf));
  return [
    ...(quick ? ['A smoke run: these figures mean nothing.', ''] : []),
    ...alignColumns([HEAD, ...rows.map(cellsOf)]),
    '',
    `${benchmark}: medians of up to ${rounds} rounds in turns (least to greatest)`,
    `${cpu}, ${cores} cores, load ${threeDigits(loadBefore)} before; ${os}; Node ${node}; commit ${commit}`,
    Object.entries(versions)
      .map(([name, version]) => `${name} ${version}`)
      .join(', '),
    ...[...reasons].map((reason) => `not available: ${reason}`),
  ]
    .map((line) => `${line}\n`)
    .join('');
}

function reasonOf(contestant: Contestant | undefined): string[] {
  return contestant?.missing === undefined ? [] : [`${contestant.name}: ${contestant.missing}`];
}

function cellsOf({ what, ours, peer, goal, measured, met }: Verdict): string[] {
  return [
    what,
    timesOf(ours),
    peer === undefined ? '' : `${peer.name} ${timesOf(peer)}`,
    measured === undefined ? 'not available' : figure(goal, measured),
    goalText(goal),
    met === undefined ? '' : met ? 'met' : 'NOT MET',
  ];
}

function timesOf({ summaryMs }: Contestant): string {
  return summaryMs === undefined ? '' : renderTimes(summaryMs);
}

/** Median, and the spread behind it; all in the median's unit. */
function renderTimes({ median, min, max }: Summary): string {
  const [unit, perMs] = median >= 1 ? ['ms', 1] : ['µs', 1000];
  const [middle, least, greatest] = [median, min, max].map((ms) => threeDigits(ms * perMs));
  return min === max ? `${middle!} ${unit}` : `${middle!} ${unit} (${least!} to ${greatest!})`;
}

function figure(goal: Goal, value: number): string {
  switch (goal.kind) {
    case 'ratio':
      return `ratio ${threeDigits(value)}`;
    case 'speedup':
      return `${threeDigits(value)} times`;
    case 'rate':
      return rateText(value, goal.billion);
    case 'time':
      return `${threeDigits(value)} ms`;
  }
}

function goalText(goal: Goal): string {
  switch (goal.kind) {
    case 'ratio':
      return goal.atMost === undefined ? '' : `≤ ${goal.atMost}`;
    case 'speedup':
      return `≥ ${goal.atLeast}`;
    case 'rate':
      return `≥ ${rateText(goal.atLeast, goal.billion)}`;
    case 'time':
      return `≤ ${goal.atMostMs} ms`;
  }
}

function rateText(perSecond: number, billion: string): string {
  return `${threeDigits(perSecond / 1e9)} ${billion}/s`;
}

/** Enough digits for what can be measured, without an exponent. */
function threeDigits(value: number): string {
  if (value >= 100) return value.toFixed(0);
  if (value >= 10) return value.toFixed(1);
  return value >= 0.01 ? value.toFixed(2) : value.toPrecision(1);
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

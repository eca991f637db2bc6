/** The program without its process: arguments in, a report and an exit code out. */
import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Writable } from 'node:stream';
import { parseArgs } from 'node:util';
import { type Experiment, isMissing, type MakeBenchmark, type Workshop } from './benchmark.ts';
import { BENCHMARKS } from './benchmarks.ts';
import { renderChartSvg } from './chart-svg.ts';
import { renderChartText } from './chart-text.ts';
import { chartsOf, type LineChart } from './chart.ts';
import { compareReports, renderComparison } from './check.ts';
import { readEnvironment } from './environment.ts';
import { measure, type Samples } from './measure.ts';
import { buildPeers, type Peers } from './peers.ts';
import { type ExperimentResult, type Report, renderJson, renderText } from './report.ts';
import { judge, type Verdict } from './verdict.ts';

/** What the program has of its process. */
export interface Surroundings {
  readonly stdout: Writable;
  readonly stderr: Writable & { readonly isTTY?: boolean };
}

/** All that is there was measured, whether or not the goals are met: that is the report's to say. */
export const EXIT_MEASURED = 0;
/** A contender failed or came to a wrong result, or the check found a loss. */
export const EXIT_FAILED = 1;
/** The command line makes no sense. */
export const EXIT_USAGE = 2;

const DEFAULT_ROUNDS = 8;
const MAX_ROUNDS = 1000;

/** Back to the first column, and erase the line (ECMA-48: CR, EL). */
const ERASE_LINE = '\r\u001B[K';

interface Settings {
  readonly names: readonly string[];
  /** Undefined: as many as each experiment wants. */
  readonly rounds: number | undefined;
  readonly quick: boolean;
  readonly jsonFile: string | undefined;
  readonly svgFolder: string | undefined;
  /** The earlier run to compare with. */
  readonly earlier: readonly Report[] | undefined;
}

/**
 * Runs the program.
 *
 * @param args - what stands behind the program's name
 * @param surroundings - see {@link Surroundings}
 * @param benchmarks - by the names that `args` may have
 * @returns the exit code
 */
export async function runCli(
  args: readonly string[],
  surroundings: Surroundings,
  benchmarks: Readonly<Record<string, MakeBenchmark>> = BENCHMARKS,
): Promise<number> {
  const known = Object.keys(benchmarks);
  const { stdout, stderr } = surroundings;
  let settings: Settings | undefined;
  try {
    settings = parse(args, known);
  } catch (error) {
    stderr.write(`bench: ${(error as Error).message}\n`);
    return EXIT_USAGE;
  }
  if (settings === undefined) {
    stdout.write(usage(known));
    return EXIT_MEASURED;
  }
  let building: Promise<Peers> | undefined;
  const peers = (): Promise<Peers> => (building ??= buildPeers());
  try {
    const reports: Report[] = [];
    for (const name of settings.names) {
      const report = await run(
        name,
        benchmarks[name]!,
        { quick: settings.quick, peers },
        settings.rounds,
        surroundings,
      );
      stdout.write((reports.length > 0 ? '\n' : '') + renderText(report) + report.charts.map(renderChartText).join(''));
      reports.push(report);
      // After each: what was measured is not lost if a later one fails.
      if (settings.jsonFile !== undefined) writeFileSync(settings.jsonFile, renderJson(reports));
      if (settings.svgFolder !== undefined) writeSvg(settings.svgFolder, report.charts);
    }
    if (settings.earlier === undefined) return EXIT_MEASURED;
    const comparison = compareReports(settings.earlier, reports);
    stdout.write(`\n${renderComparison(comparison)}`);
    return comparison.losses.length > 0 ? EXIT_FAILED : EXIT_MEASURED;
  } catch (error) {
    stderr.write(`bench: ${error instanceof Error ? error.message : String(error)}\n`);
    return EXIT_FAILED;
  } finally {
    (await building?.catch(() => undefined))?.close();
  }
}

function usage(names: readonly string[]): string {
  return `Usage: pnpm bench [NAME] [options]

Measures ours and its peers in turns, each in processes of its own, and holds the medians against goals.
NAME is one of: ${names.join(', ')} (default: all).

  --rounds N    how many samples of each (default: ${DEFAULT_ROUNDS}, fewer where one takes long)
  --json FILE   also write the reports, with all samples, as a JSON array
  --svg DIR     also draw the curves, each as DIR/NAME.svg
  --check FILE  compare with an earlier run's JSON; exit with 1 on a loss beyond the noise of both
  --quick       a smoke run with tiny numbers: shows that it runs, measures nothing
  --help        show this text
`;
}

/** Reads the command line; undefined if the help is wanted. */
function parse(args: readonly string[], known: readonly string[]): Settings | undefined {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      rounds: { type: 'string' },
      json: { type: 'string' },
      svg: { type: 'string' },
      check: { type: 'string' },
      quick: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help === true) return undefined;
  const quick = values.quick === true;
  const rounds = values.rounds === undefined ? undefined : Number(values.rounds);
  if (rounds !== undefined && (!Number.isInteger(rounds) || rounds < 1 || rounds > MAX_ROUNDS)) {
    throw new RangeError(`--rounds must be an integer from 1 to ${MAX_ROUNDS}, received ${values.rounds!}`);
  }
  const names = positionals.length === 0 ? known : positionals;
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new RangeError(`NAME must be one of ${known.join(', ')}, received ${unknown}`);
  // Whatever can fail on a file fails now, and not after ten minutes.
  return {
    ...{ names, rounds, quick },
    earlier: values.check === undefined ? undefined : readReports(values.check, quick),
    jsonFile: values.json === undefined ? undefined : writableFile(values.json),
    svgFolder: values.svg === undefined ? undefined : writableFolder(values.svg),
  };
}

function readReports(file: string, quick: boolean): Report[] {
  const fail = (why: string, cause?: unknown): never => {
    throw new Error(`--check must be the JSON of an earlier run, received ${file}: ${why}`, { cause });
  };
  let reports: unknown;
  try {
    reports = JSON.parse(readFileSync(resolve(file), 'utf8'));
  } catch (error) {
    return fail((error as Error).message, error);
  }
  const isReport = (report: Partial<Report> | null): boolean =>
    typeof report?.benchmark === 'string' && Array.isArray(report.rows) && Array.isArray(report.experiments);
  if (!Array.isArray(reports) || !reports.every(isReport))
    return fail('it has no reports, or those of another version');
  const isQuick = (reports as Report[]).some((report) => report.quick);
  if (isQuick !== quick) return fail('a smoke run and a full one measure different work');
  return reports as Report[];
}

function writableFile(file: string): string {
  const path = resolve(file);
  try {
    // To append: what is there stays until there is something to replace it.
    closeSync(openSync(path, 'a'));
  } catch (error) {
    throw new Error(`--json must be a file that can be written: ${(error as Error).message}`, { cause: error });
  }
  return path;
}

function writableFolder(folder: string): string {
  const path = resolve(folder);
  try {
    mkdirSync(path, { recursive: true });
  } catch (error) {
    throw new Error(`--svg must be a folder that can be made: ${(error as Error).message}`, { cause: error });
  }
  return path;
}

function writeSvg(folder: string, charts: readonly LineChart[]): void {
  for (const chart of charts) writeFileSync(join(folder, `${chart.name}.svg`), renderChartSvg(chart));
}

async function run(
  name: string,
  make: MakeBenchmark,
  workshop: Workshop,
  wantedRounds: number | undefined,
  { stderr }: Surroundings,
): Promise<Report> {
  const { quick } = workshop;
  const show = (text: string): void => {
    if (stderr.isTTY === true) stderr.write(ERASE_LINE + text);
  };
  const environment = readEnvironment();
  show('building the peers');
  const { experiments, versions } = await make(workshop);
  const rows: Verdict[] = [];
  const results: ExperimentResult[] = [];
  const charts: LineChart[] = [];
  let mostRounds = 0;
  for (const experiment of experiments) {
    const rounds = wantedRounds ?? (quick ? 1 : (experiment.rounds ?? DEFAULT_ROUNDS));
    mostRounds = Math.max(mostRounds, rounds);
    const onSample = (round: number, contender: string): void => {
      show(`${name}: ${experiment.name}, round ${round} of ${rounds}: ${contender}`);
    };
    const samples = await measure(experiment, { rounds, onSample });
    rows.push(...judge(experiment, samples));
    results.push(resultOf(experiment, samples));
    charts.push(...chartsOf(experiment, samples));
  }
  show('');
  return { benchmark: name, quick, rounds: mostRounds, environment, versions, rows, experiments: results, charts };
}

function resultOf({ name, contenders, details = [] }: Experiment, samples: Samples): ExperimentResult {
  return {
    ...{ name, details },
    contenders: Object.entries(contenders).map(([key, contender]) =>
      isMissing(contender) ? contender : { name: contender.name, outcomes: samples[key] ?? [] },
    ),
  };
}

/** The program without its process: arguments in, a report and an exit code out. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
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
import { DEFAULT_ROUNDS, parseSettings, type Settings, usage } from './settings.ts';
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

/** Back to the first column, and erase the line (ECMA-48: CR, EL). */
const ERASE_LINE = '\r\u001B[K';

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
    settings = parseSettings(args, known);
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
  const beganMs = performance.now();
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
  return {
    ...{ benchmark: name, quick, rounds: mostRounds, elapsedMs: performance.now() - beganMs },
    ...{ environment, versions, rows, experiments: results, charts },
  };
}

function resultOf({ name, contenders, details = [] }: Experiment, samples: Samples): ExperimentResult {
  return {
    ...{ name, details },
    contenders: Object.entries(contenders).map(([key, contender]) =>
      isMissing(contender) ? contender : { name: contender.name, outcomes: samples[key] ?? [] },
    ),
  };
}

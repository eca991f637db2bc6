/** The command line: benchmarks by name, measured one after the other. */
import { readEnvironment } from '@concurrent-primes/harness';
import { renderChartSvg, renderChartText } from '@concurrent-primes/harness/charts';
import {
  type Console,
  createProgram,
  EXIT_FAILED,
  EXIT_OK,
  formatEstimate,
  LiveLine,
  runProgram,
  toOptionParser,
  UsageError,
  wholeNumber,
} from '@concurrent-primes/harness/terminal';
import { InvalidArgumentError } from 'commander';
import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { findCheckout, onlyBeforeAndAfter } from './before-and-after.ts';
import { type ExperimentResult, type Report, renderText } from './benchmark-report.ts';
import { judge } from './benchmark-verdict.ts';
import { type Benchmark, type Checkout, type Experiment, isMissing, type MakeBenchmark } from './benchmark.ts';
import { BENCHMARKS } from './benchmarks.ts';
import { compareReports, renderComparison } from './earlier-run.ts';
import { measure, type Samples } from './measure.ts';
import { chartsOf } from './metric-charts.ts';
import { buildPeers, type BuiltPeers } from './peers.ts';
import { type EarlierReport, parseReports, renderJson } from './report-json.ts';

/** Rounds of an experiment that has no number of its own. */
const DEFAULT_ROUNDS = 5;
const MAX_ROUNDS = 1000;
/** Shorter runs aren't announced. */
const ANNOUNCED_MS = 10_000;

interface Flags {
  readonly rounds?: number;
  readonly json?: string;
  readonly svg?: string;
  readonly check?: readonly EarlierReport[];
  readonly against?: Checkout;
  readonly quick?: true;
}

/**
 * Runs the command with the arguments after the program's name.
 *
 * @returns the exit code: 0 if everything was measured, whether or not goals are met; 1 if a contender failed or had a
 * wrong result, or if the check found a loss; 2 if the command line makes no sense
 */
export function runCli(
  args: readonly string[],
  console: Console,
  benchmarks: Readonly<Record<string, MakeBenchmark>> = BENCHMARKS,
): Promise<number> {
  return runProgram(console, async (inner) => {
    const known = Object.keys(benchmarks);
    let exitCode = EXIT_OK;
    await createProgram('pnpm bench', inner)
      .description(
        'Measures ours and its peers in turns, each in processes of its own, and compares the medians with goals.',
      )
      .argument('[name...]', `benchmarks: ${known.join(', ')} (default: all)`, nameParser(known))
      .option(
        '--rounds <n>',
        `samples of each (default: ${DEFAULT_ROUNDS}, fewer where one takes long)`,
        wholeNumber(1, MAX_ROUNDS),
      )
      .option(
        '--json <file>',
        'also write the reports, with all samples, as a JSON array',
        pathParser('a file that can be written', openToAppend),
      )
      .option(
        '--svg <dir>',
        'also draw the curves, each as DIR/NAME.svg',
        pathParser('a folder that can be created', makeFolder),
      )
      .option(
        '--check <file>',
        "compare with an earlier run's JSON; exit with 1 on a loss beyond the noise of both",
        pathParser('the JSON of an earlier run', (path) => parseReports(readFileSync(path, 'utf8'))),
      )
      .option(
        '--against <dir>',
        'compare with the build of another checkout, and measure nothing else (requests, stream, sieve)',
        toOptionParser(findCheckout),
      )
      .option('--quick', 'smoke run with tiny numbers: shows that it runs, measures nothing')
      .action(async (names: readonly string[], flags: Flags) => {
        exitCode = await new Run(inner, flags).all(names.length === 0 ? known : names, benchmarks);
      })
      .parseAsync(args, { from: 'user' });
    return exitCode;
  });
}

/** One run of benchmarks. */
class Run {
  readonly #console: Console;
  readonly #flags: Flags;
  readonly #line: LiveLine;
  #building: Promise<BuiltPeers> | undefined;

  constructor(console: Console, flags: Flags) {
    this.#console = console;
    this.#flags = flags;
    this.#line = new LiveLine(console.stderr, { env: console.env });
  }

  async all(names: readonly string[], benchmarks: Readonly<Record<string, MakeBenchmark>>): Promise<number> {
    const { stdout, stderr, interrupt } = this.#console;
    const { json, svg, check: earlier, quick = false } = this.#flags;
    if (earlier?.some((report) => report.quick !== quick)) {
      throw new UsageError('cannot use --check: a smoke run and a full one measure different work');
    }
    try {
      // A benchmark that can't be made is an error when its turn comes, after the results of the others.
      const made: (readonly [string, Benchmark | Error])[] = [];
      for (const name of names)
        made.push([name, await this.#make(benchmarks[name]!).catch((error: unknown) => error as Error)]);
      this.#announce(made.flatMap(([name, benchmark]) => (benchmark instanceof Error ? [] : [[name, benchmark]])));
      const reports: Report[] = [];
      for (const [name, benchmark] of made) {
        if (benchmark instanceof Error) throw benchmark;
        if (benchmark.experiments.length === 0) continue;
        const report = await this.#measure(name, benchmark);
        stdout.write(
          (reports.length > 0 ? '\n' : '') + renderText(report) + report.charts.map(renderChartText).join(''),
        );
        reports.push(report);
        // After each benchmark, so that its results aren't lost if a later one fails.
        if (json !== undefined) writeFileSync(json, renderJson(reports));
        for (const chart of svg === undefined ? [] : report.charts) {
          writeFileSync(join(svg!, `${chart.name}.svg`), renderChartSvg(chart));
        }
      }
      if (earlier === undefined) return EXIT_OK;
      const comparison = compareReports(earlier, reports);
      stdout.write(`\n${renderComparison(comparison)}`);
      return comparison.losses.length > 0 ? EXIT_FAILED : EXIT_OK;
    } catch (error) {
      this.#line.clear();
      if (!interrupt.aborted) stderr.write(`error: ${error instanceof Error ? error.message : String(error)}\n`);
      return EXIT_FAILED;
    } finally {
      (await this.#building?.catch(() => undefined))?.close();
    }
  }

  async #make(make: MakeBenchmark): Promise<Benchmark> {
    const { quick = false, against } = this.#flags;
    const peers = (): Promise<BuiltPeers> => {
      this.#line.show('building the peers');
      return (this.#building ??= buildPeers());
    };
    const benchmark = await make({ quick, peers, against });
    return against === undefined ? benchmark : { ...benchmark, experiments: onlyBeforeAndAfter(benchmark.experiments) };
  }

  /** Says how long the run takes, if that is long. */
  #announce(made: readonly (readonly [string, Benchmark])[]): void {
    this.#line.clear();
    if (this.#flags.quick === true) return;
    const times = made.map(([name, { experiments }]) => {
      const seconds = experiments.map(({ sampleSeconds = 0, contenders, ...experiment }) => {
        const count = Object.values(contenders).filter((contender) => !isMissing(contender)).length;
        return sampleSeconds * count * this.#rounds(experiment);
      });
      return { name, ms: seconds.reduce((sum, value) => sum + value, 0) * 1000 };
    });
    const totalMs = times.reduce((sum, { ms }) => sum + ms, 0);
    if (totalMs < ANNOUNCED_MS) return;
    const each = times.map(({ name, ms }) => `${name} ${formatEstimate(ms)}`);
    this.#console.stderr.write(
      `this takes about ${formatEstimate(totalMs)}${each.length > 1 ? `: ${each.join(', ')}` : ''}\n`,
    );
  }

  #rounds({ rounds = DEFAULT_ROUNDS }: Pick<Experiment, 'rounds'>): number {
    return this.#flags.rounds ?? (this.#flags.quick === true ? 1 : rounds);
  }

  async #measure(name: string, { experiments, versions }: Benchmark): Promise<Report> {
    const beganMs = performance.now();
    const environment = readEnvironment(import.meta.dirname);
    const measured: [Experiment, Samples][] = [];
    for (const experiment of experiments) {
      const rounds = this.#rounds(experiment);
      const onSample = (round: number, contender: string): void => {
        this.#line.show(`${name}: ${experiment.name}, round ${round} of ${rounds}: ${contender}`);
      };
      measured.push([experiment, await measure(experiment, { rounds, onSample, signal: this.#console.interrupt })]);
    }
    this.#line.clear();
    return {
      ...{ benchmark: name, quick: this.#flags.quick ?? false, elapsedMs: performance.now() - beganMs },
      rounds: Math.max(0, ...experiments.map((experiment) => this.#rounds(experiment))),
      ...{ environment, versions },
      rows: measured.flatMap(([experiment, samples]) => judge(experiment, samples)),
      experiments: measured.map(([experiment, samples]) => resultOf(experiment, samples)),
      charts: measured.flatMap(([experiment, samples]) => chartsOf(experiment, samples)),
    };
  }
}

function resultOf({ name, contenders, details = [] }: Experiment, samples: Samples): ExperimentResult {
  const outcomes = Object.entries(contenders).map(([key, contender]) =>
    isMissing(contender) ? contender : { name: contender.name, outcomes: samples[key] ?? [] },
  );
  return { name, details, contenders: outcomes };
}

/** Parses the names of benchmarks. */
function nameParser(known: readonly string[]): (name: string, before?: readonly string[]) => string[] {
  return (name, before = []) => {
    if (known.includes(name)) return [...before, name];
    throw new InvalidArgumentError(`It must be one of ${known.join(', ')}.`);
  };
}

/** Files are used while the command line is parsed, so that they don't fail after ten minutes. */
function pathParser<T>(requirement: string, use: (path: string) => T): (path: string) => T {
  return toOptionParser((path) => {
    try {
      return use(resolve(path));
    } catch (error) {
      throw new Error(`It must be ${requirement} (${(error as Error).message}).`, { cause: error });
    }
  });
}

/** The old contents stay until there are new ones. */
function openToAppend(path: string): string {
  closeSync(openSync(path, 'a'));
  return path;
}

function makeFolder(path: string): string {
  mkdirSync(path, { recursive: true });
  return path;
}

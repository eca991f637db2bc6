/** The program without its process: arguments in, a report and an exit code out. */
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Writable } from 'node:stream';
import { parseArgs } from 'node:util';
import type { Benchmark } from './benchmark.ts';
import { BENCHMARKS } from './benchmarks.ts';
import { readEnvironment } from './environment.ts';
import { measure } from './measure.ts';
import { type Report, renderJson, renderText } from './report.ts';
import { judge, type Verdict } from './verdict.ts';

/** What the program has of its process. */
export interface Surroundings {
  readonly stdout: Writable;
  readonly stderr: Writable & { readonly isTTY?: boolean };
}

/** All that is there was measured, whether or not the goals are met: that is the report's to say. */
export const EXIT_MEASURED = 0;
/** A program failed, or came to a wrong result. */
export const EXIT_FAILED = 1;
/** The command line makes no sense. */
export const EXIT_USAGE = 2;

const DEFAULT_ROUNDS = 8;
const MAX_ROUNDS = 1000;

/** Back to the first column, and erase the line (ECMA-48: CR, EL). */
const ERASE_LINE = '\r\u001B[K';

const USAGE = `Usage: pnpm bench [NAME] [options]

Measures ours and its peers in turns, each in processes of its own, and holds the medians against goals.
NAME is one of: ${Object.keys(BENCHMARKS).join(', ')} (default: all).

  --rounds N   how many samples of each (default: ${DEFAULT_ROUNDS})
  --json FILE  also write the reports, with all samples, as a JSON array
  --quick      a smoke run with tiny numbers: shows that it runs, measures nothing
  --help       show this text
`;

interface Settings {
  readonly names: readonly string[];
  readonly rounds: number;
  readonly quick: boolean;
  readonly jsonFile: string | undefined;
}

/**
 * Runs the program.
 *
 * @param args - what stands behind the program's name
 * @param surroundings - see {@link Surroundings}
 * @returns the exit code
 */
export async function runCli(args: readonly string[], surroundings: Surroundings): Promise<number> {
  const { stdout, stderr } = surroundings;
  let settings: Settings | undefined;
  try {
    settings = parse(args);
  } catch (error) {
    stderr.write(`bench: ${(error as Error).message}\n`);
    return EXIT_USAGE;
  }
  if (settings === undefined) {
    stdout.write(USAGE);
    return EXIT_MEASURED;
  }
  try {
    const reports: Report[] = [];
    for (const name of settings.names) {
      const report = await run(name, settings, surroundings);
      stdout.write(renderText(report));
      reports.push(report);
    }
    if (settings.jsonFile !== undefined) writeFileSync(settings.jsonFile, renderJson(reports));
    return EXIT_MEASURED;
  } catch (error) {
    stderr.write(`bench: ${error instanceof Error ? error.message : String(error)}\n`);
    return EXIT_FAILED;
  }
}

/** Reads the command line; undefined if the help is wanted. */
function parse(args: readonly string[]): Settings | undefined {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      rounds: { type: 'string' },
      json: { type: 'string' },
      quick: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help === true) return undefined;
  const quick = values.quick === true;
  const rounds = Number(values.rounds ?? (quick ? 1 : DEFAULT_ROUNDS));
  if (!Number.isInteger(rounds) || rounds < 1 || rounds > MAX_ROUNDS) {
    throw new RangeError(`--rounds must be an integer from 1 to ${MAX_ROUNDS}, received ${values.rounds ?? ''}`);
  }
  const known = Object.keys(BENCHMARKS);
  const names = positionals.length === 0 ? known : positionals;
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new RangeError(`NAME must be one of ${known.join(', ')}, received ${unknown}`);
  return { names, rounds, quick, jsonFile: values.json === undefined ? undefined : resolve(values.json) };
}

async function run(name: string, { rounds, quick }: Settings, { stderr }: Surroundings): Promise<Report> {
  const show = (text: string): void => {
    if (stderr.isTTY === true) stderr.write(ERASE_LINE + text);
  };
  const environment = readEnvironment();
  show('building the peers');
  const benchmark: Benchmark = await BENCHMARKS[name]!({ quick });
  try {
    const rows: Verdict[] = [];
    for (const experiment of benchmark.experiments) {
      const onRound = (round: number): void => {
        show(`${name}: ${experiment.name}, round ${round}`);
      };
      rows.push(...judge(experiment, await measure(experiment, { rounds, onRound })));
    }
    return { benchmark: name, quick, rounds, environment, versions: benchmark.versions, rows };
  } finally {
    show('');
    benchmark.close();
  }
}

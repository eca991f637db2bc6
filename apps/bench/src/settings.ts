/** The command line: what is wanted, or why that makes no sense. */
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { Report } from './report.ts';

/** How many rounds an experiment has that asks for no number of its own. */
export const DEFAULT_ROUNDS = 5;
const MAX_ROUNDS = 1000;

/** What the command line asks for. */
export interface Settings {
  /** Which benchmarks, in their order. */
  readonly names: readonly string[];
  /** Undefined: as many as each experiment wants. */
  readonly rounds: number | undefined;
  /** A smoke run. */
  readonly quick: boolean;
  /** Where the reports go, as JSON. */
  readonly jsonFile: string | undefined;
  /** Where the curves go. */
  readonly svgFolder: string | undefined;
  /** The earlier run to compare with. */
  readonly earlier: readonly Report[] | undefined;
}

/**
 * The text that `--help` shows.
 *
 * @param names - of the benchmarks
 */
export function usage(names: readonly string[]): string {
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

/**
 * Reads the command line. Whatever can fail on a file fails here, and not after ten minutes.
 *
 * @param args - what stands behind the program's name
 * @param known - the names of the benchmarks
 * @returns undefined if the help is wanted
 * @throws Error if an argument makes no sense, or names a file that can't be read or written
 */
export function parseSettings(args: readonly string[], known: readonly string[]): Settings | undefined {
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

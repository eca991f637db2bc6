/** One run of the command once its arguments are parsed: measure, write the report, print the summary. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { type Console, EXIT_FAILED, EXIT_INTERRUPTED, EXIT_OK, LiveLine } from '@concurrent-primes/harness/terminal';
import { runLoad } from '@concurrent-primes/load';
import type { Registry } from '@concurrent-primes/server/architectures';
import { embedRecording, readPage } from '@concurrent-primes/watch';
import { measure, type MeasureOptions } from './compare-measure.ts';
import { estimateText, progressText } from './compare-progress.ts';
import { renderText } from './compare-text.ts';
import { type Comparison, FORMAT, readLabEnvironment, VERSION } from './comparison.ts';
import { findingsOf } from './findings/finding-rules.ts';
import { factsOf } from './metrics/facts.ts';
import type { RecordedPage } from './moments/finding-links.ts';
import { canRecord, type RecordedServer, recordServer } from './moments/record-servers.ts';
import { renderHtml } from './report/report-html.ts';

/** Folder of reports without `--output`. */
const FOLDER = 'lab-reports';

/** What is to be measured. */
export type MeasureRequest = Pick<MeasureOptions, 'scenario' | 'servers' | 'seed' | 'dialect'>;

/** A finding of one of these rules makes the run fail. */
const FAILURES: ReadonlySet<string> = new Set(['server-ended', 'wrong-answers']);

/** @throws StartFailure if one can't be started */
export async function measureAll(request: MeasureRequest, { stderr, env, interrupt }: Console): Promise<Comparison> {
  const { scenario, servers, seed } = request;
  const environment = readLabEnvironment();
  const startedAt = new Date().toISOString();
  using line = new LiveLine(stderr, { env });
  if (!interrupt.aborted) stderr.write(`${estimateText(scenario, servers.length)}\n`);
  const results = await measure({
    ...request,
    runLoad,
    signal: interrupt,
    onProgress: (turn) => {
      line.show(() => progressText(turn));
    },
  });
  return {
    ...{ format: FORMAT, version: VERSION, startedAt, environment, scenario, seed },
    servers: results,
    interrupted: interrupt.aborted,
  };
}

/** Records each of our servers once more with the same clients; one that can't be recorded is left out, and told. */
export async function recordAll(
  { scenario, servers, seed }: MeasureRequest,
  registry: Registry,
  { stderr, interrupt }: Console,
): Promise<RecordedServer[]> {
  const recorded: RecordedServer[] = [];
  for (const spec of servers.filter(canRecord)) {
    if (interrupt.aborted) break;
    stderr.write(`recording ${spec.name} …\n`);
    try {
      recorded.push(await recordServer(spec, scenario, seed, registry));
    } catch (error) {
      stderr.write(`${spec.name} is not recorded: ${(error as Error).message}\n`);
    }
  }
  return recorded;
}

/**
 * Writes the report and prints the summary to stdout; its last line is the path of the report.
 *
 * @param output - path of the HTML file; undefined: a new file in `lab-reports`
 * @param recorded - recordings of servers: each becomes a page beside the report, which findings link to
 * @returns the exit code
 */
export function writeReport(
  comparison: Comparison,
  output: string | undefined,
  { stdout, stderr }: Pick<Console, 'stdout' | 'stderr'>,
  recorded: readonly RecordedServer[] = [],
): number {
  if (comparison.servers.every(({ rounds }) => rounds.length === 0)) {
    stderr.write('error: cannot write the report: at least one turn must be complete, interrupted before\n');
    return EXIT_INTERRUPTED;
  }
  const path = resolve(output ?? join(FOLDER, `${reportName(comparison)}.html`));
  const data = dataPathOf(path);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(data, `${JSON.stringify(comparison)}\n`);
  const pages = recorded.map(({ name, bytes, moments }): RecordedPage => {
    const file = `${path.replace(/\.html?$/, '')}-${name.replaceAll(/[^\w.-]+/g, '-')}.html`;
    writeFileSync(file, embedRecording(readPage(), bytes));
    return { name, href: basename(file), moments };
  });
  writeFileSync(path, renderHtml(comparison, basename(data), pages));
  stdout.write(`${renderText(comparison)}report: ${path}\n`);
  if (comparison.interrupted) return EXIT_INTERRUPTED;
  return findingsOf(factsOf(comparison)).some(({ rule }) => FAILURES.has(rule)) ? EXIT_FAILED : EXIT_OK;
}

/** Path of a report's data: beside it. */
export function dataPathOf(report: string): string {
  return resolve(report).replace(/\.html?$/, '') + '.json';
}

/**
 * The default name of a report, such as `lecture-20261123-075621`, in UTC. A report of two joined results has both times
 * in its name, so that it replaces neither of them.
 */
export function reportName({ scenario, before, startedAt }: Comparison): string {
  const times = [...(before === undefined ? [] : [before.startedAt]), startedAt].map((time) =>
    time.replaceAll(/[-:]/g, '').slice(0, 15).replace('T', '-'),
  );
  return `${scenario.name.replaceAll(/[^\w.-]+/g, '-')}-${times.join('-to-')}`;
}

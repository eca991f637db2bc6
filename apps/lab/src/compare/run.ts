/** One run of the command, once it is known what is wanted: measure or read, write the report, say what came of it. */
import { runLoad } from '@concurrent-primes/load';
import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { EXIT_FAILED, EXIT_GOOD, EXIT_INTERRUPTED } from '../exit-codes.ts';
import type { CommandSurroundings } from '../surroundings.ts';
import { readEnvironment } from './environment.ts';
import { factsOf } from './figures/facts.ts';
import { findingsOf } from './findings/rules.ts';
import type { Dialect } from './load-plan.ts';
import { measure } from './measure.ts';
import { ProgressLine } from './progress-line.ts';
import { renderHtml } from './report/html.ts';
import { type Comparison, FORMAT, VERSION } from './results.ts';
import type { Scenario } from './scenario.ts';
import type { ServerSpec } from './servers/spec.ts';
import { renderText } from './text.ts';

/** Where reports are put when nothing else is said. */
const FOLDER = 'lab-reports';

/** What is to be measured. */
export interface Order {
  readonly scenario: Scenario;
  readonly servers: readonly ServerSpec[];
  readonly seed: number;
  readonly dialect: Dialect;
}

/** Findings of these rules make a run one that failed. */
const FAILURES: ReadonlySet<string> = new Set(['server-ended', 'wrong-answers']);

/**
 * Measures servers.
 *
 * @throws StartFailure if one can't be started
 */
export async function measureAll(order: Order, { stderr, interrupt }: CommandSurroundings): Promise<Comparison> {
  const { scenario, servers, seed, dialect } = order;
  const environment = readEnvironment();
  const startedAt = new Date().toISOString();
  const line = stderr.isTTY === true ? new ProgressLine((text) => stderr.write(text)) : undefined;
  try {
    const results = await measure({
      ...{ scenario, servers, seed, dialect, runLoad, signal: interrupt },
      ...(line && {
        onProgress: (turn) => {
          line.show(turn);
        },
      }),
    });
    return {
      ...{ format: FORMAT, version: VERSION, startedAt, environment, scenario, seed },
      servers: results,
      interrupted: interrupt.aborted,
    };
  } finally {
    line?.clear();
  }
}

/**
 * Writes the report, and says what came of it on stdout; the last line is the report's path.
 *
 * @param output - path of the HTML file; undefined: a new file in `lab-reports`
 * @returns the exit code
 */
export function writeReport(
  comparison: Comparison,
  output: string | undefined,
  { stdout, stderr }: Pick<CommandSurroundings, 'stdout' | 'stderr'>,
): number {
  if (comparison.servers.every(({ rounds }) => rounds.length === 0)) {
    stderr.write('concurrent-primes-lab: interrupted before a turn was over, so there is no report\n');
    return EXIT_INTERRUPTED;
  }
  const path = resolve(output ?? join(FOLDER, `${reportName(comparison)}.html`));
  const data = dataPathOf(path);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(data, `${JSON.stringify(comparison)}\n`);
  writeFileSync(path, renderHtml(comparison, basename(data)));
  stdout.write(`${renderText(comparison)}report: ${path}\n`);
  if (comparison.interrupted) return EXIT_INTERRUPTED;
  return findingsOf(factsOf(comparison)).some(({ rule }) => FAILURES.has(rule)) ? EXIT_FAILED : EXIT_GOOD;
}

/** Where the data of a report are: beside it. */
export function dataPathOf(report: string): string {
  return resolve(report).replace(/\.html?$/, '') + '.json';
}

/**
 * What a report is called if nobody says otherwise: `lecture-20261123-075621`, in UTC. One of two results that were joined has
 * both times, so that it doesn't take the place of either.
 */
export function reportName({ scenario, before, startedAt }: Comparison): string {
  const times = [...(before === undefined ? [] : [before.startedAt]), startedAt].map((time) =>
    time.replaceAll(/[-:]/g, '').slice(0, 15).replace('T', '-'),
  );
  return `${scenario.name.replaceAll(/[^\w.-]+/g, '-')}-${times.join('-to-')}`;
}

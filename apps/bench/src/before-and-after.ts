/**
 * Comparing this build with that of another checkout, in one run: `--against DIR`.
 *
 * Benchmarks add the other checkout's server or sieve to their experiments, as contenders that take turns with ours.
 * With `--against`, only these pairs are measured, so that many rounds fit into little time.
 */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type AnyContender, type Checkout, type Experiment, ratio, type Row } from './benchmark.ts';
import type { MetricName } from './metrics.ts';
import type { ServerCommand } from './servers/bench-servers.ts';

/** How much more our build may need. */
const MOST_RATIO = 1.03;

/**
 * Finds the build in the root folder of another checkout.
 *
 * @throws Error if it isn't built
 */
export function findCheckout(folder: string): Checkout {
  const [server, sieve] = ['apps/server/dist/main.js', 'packages/sieve/dist/index.js'].map((file) => {
    const path = resolve(folder, file);
    if (!existsSync(path)) {
      throw new Error(`It must be a checkout that was built (with ${join(folder, file)}).`);
    }
    return path;
  }) as [string, string];
  return { server, sieve: pathToFileURL(sieve).href };
}

/** A row that compares a contender with the same one of the other checkout, whose key is {@link beforeKey}. */
export function rowBefore(what: string, metric: MetricName, ours: string): Row {
  return ratio(`${what}, over the build before: ${ours}`, metric, ours, beforeKey(ours), { atMost: MOST_RATIO });
}

/** The key of a contender of the other checkout. */
export function beforeKey(ours: string): string {
  return `${ours} before`;
}

/**
 * The servers of another checkout as contenders, with a row for each that compares it with ours; nothing without a
 * checkout.
 *
 * @param servers - ours, by their keys in the experiment
 */
export function serversBefore(
  checkout: Checkout | undefined,
  what: string,
  metric: MetricName,
  servers: Readonly<Record<string, ServerCommand>>,
  contender: (server: ServerCommand) => AnyContender,
): Pick<Experiment, 'contenders' | 'rows'> {
  if (checkout === undefined) return { contenders: {}, rows: [] };
  const builtBefore = ({ name, command: [node, , ...flags] }: ServerCommand): ServerCommand => ({
    name: `${name} before`,
    command: [node, checkout.server, ...flags],
  });
  return {
    contenders: Object.fromEntries(
      Object.entries(servers).map(([key, server]) => [beforeKey(key), contender(builtBefore(server))]),
    ),
    rows: Object.keys(servers).map((key) => rowBefore(what, metric, key)),
  };
}

/** The experiments that compare with another checkout, each with only the contenders that this needs. */
export function onlyBeforeAndAfter(experiments: readonly Experiment[]): Experiment[] {
  return experiments.flatMap((experiment) => {
    const rows = experiment.rows.filter(({ ours, peer }) => peer === beforeKey(ours));
    const used = new Set(rows.flatMap(({ ours, peer }) => [ours, peer]));
    const contenders = Object.fromEntries(Object.entries(experiment.contenders).filter(([key]) => used.has(key)));
    return rows.length === 0 ? [] : [{ ...experiment, contenders, rows, plots: [] }];
  });
}

/** `lab restart`: restarts a server in each way while clients ask, and shows what they saw. */
import {
  EXIT_FAILED,
  EXIT_INTERRUPTED,
  EXIT_OK,
  formatEstimate,
  LiveLine,
  tableLines,
  UsageError,
  wholeNumber,
} from '@concurrent-primes/harness/terminal';
import { ARCHITECTURES, argumentsOf, type Registry, variantsOf } from '@concurrent-primes/server/architectures';
import { Argument, type Command, Option } from 'commander';
import type { LabConsole } from '../lab-console.ts';
import { runRestarts } from './restart-run.ts';
import { isRight, type RestartRow, restartTable } from './restart-table.ts';
import type { RestartWay } from './restart-way.ts';
import { RESTART_WAYS } from './restart-ways.ts';

const DEFAULT_RATE = 500;
const DEFAULT_RESTARTS = 5;
const MOST_RATE = 100_000;
const MOST_RESTARTS = 1000;
/** Measured on two cores, for the announcement. */
const RESTART_MS = 1500;
const FIXED_MS = 2000;

const CONNECTIONS = { new: [false], kept: [true], both: [false, true] } as const;

interface Options {
  readonly server: string;
  readonly rate: number;
  readonly restarts: number;
  readonly connections: keyof typeof CONNECTIONS;
}

/** Adds the command to the program. */
export function addRestartCommand(
  program: Command,
  console: LabConsole,
  ways: Readonly<Record<string, RestartWay>> = RESTART_WAYS,
  registry: Registry = ARCHITECTURES,
): void {
  const variants = new Map(variantsOf(registry).map((variant) => [variant.name, variant]));
  program
    .command('restart')
    .description('Restarts a server again and again while clients ask, in each way, and shows what they saw.')
    .addArgument(new Argument('[ways...]', 'ways to restart (default: all)').choices(Object.keys(ways)))
    .addOption(new Option('--server <name>', 'server that is restarted').choices([...variants.keys()]).default('epoll'))
    .option('--rate <n>', 'requests that are due in a second', wholeNumber(1, MOST_RATE), DEFAULT_RATE)
    .option('--restarts <n>', 'number of restarts in each run', wholeNumber(1, MOST_RESTARTS), DEFAULT_RESTARTS)
    .addOption(
      new Option('--connections <kind>', 'a new connection for each request, kept ones, or a run with each')
        .choices(Object.keys(CONNECTIONS))
        .default('both'),
    )
    .addHelpText('after', () => {
      const rows = Object.entries(ways).map(([name, { title }]) => [`  ${name}`, title]);
      return `
Ways:
${tableLines(rows, { left: 2 }).join('\n')}

Exit code:
  0 no request failed in the ways that promise it: all but stop-start and
  reuseport; 1 one did; 2 bad usage. It needs Linux.`;
    })
    .action(async (names: readonly string[], { server, rate, restarts, connections }: Options) => {
      if (process.platform !== 'linux') throw new UsageError('cannot run restart: it needs Linux');
      const chosen = names.length === 0 ? Object.keys(ways) : names;
      const serverArgs = argumentsOf(variants.get(server)!);
      const runs = chosen.flatMap((name) =>
        CONNECTIONS[connections].map((keepAlive) => ({ name, way: ways[name]!, keepAlive })),
      );
      const estimateMs = runs.length * (FIXED_MS + restarts * RESTART_MS);
      console.stderr.write(`this takes about ${formatEstimate(estimateMs)}\n`);
      const rows: RestartRow[] = [];
      using line = new LiveLine(console.stdout, { env: console.env });
      for (const run of runs) {
        const missing = await run.way.missing?.();
        if (missing !== undefined) {
          line.clear();
          console.stderr.write(`skipped ${run.name}: ${missing}\n`);
          continue;
        }
        line.show(() => `${run.name}, ${run.keepAlive ? 'kept' : 'new'} connections`);
        const signal = console.interrupt;
        const result = await runRestarts(run.way, { serverArgs, rate, restarts, keepAlive: run.keepAlive, signal });
        if (signal.aborted) {
          console.finish(EXIT_INTERRUPTED);
          return;
        }
        rows.push({ ...run, result });
      }
      line.clear();
      console.stdout.write(
        `${server}, ${rate} requests/s, ${restarts} restarts in each run\n\n${restartTable(rows)}\n`,
      );
      console.finish(rows.every(isRight) ? EXIT_OK : EXIT_FAILED);
    });
}

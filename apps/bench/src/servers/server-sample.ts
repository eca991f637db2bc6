/**
 * A server and the loads on it, for one sample. Each sample starts a new server, so that it doesn't benefit from what an
 * earlier one has compiled or allocated; all processes end with the sample, even if it fails.
 */
import { ServerProcess, whyNoProc } from '@concurrent-primes/harness';
import type { AnyContender, Outcome } from '../benchmark.ts';
import type { Built } from '../peers.ts';
import type { BenchServer, ServerCommand } from './bench-servers.ts';
import { type EngineOptions, startEngine } from './engine-client.ts';
import { type LoadKind, type LoadOptions, LoadProcess, type LoadResult, startLoad } from './load-client.ts';

/** A server under test, and ways to load it. */
export interface Sample {
  readonly server: ServerProcess;
  /** Runs a load to its end; throws if a request failed, or if asking clients got no answer. */
  readonly run: (kind: LoadKind, options: LoadOptions) => Promise<LoadResult>;
  /** Runs our load engine to its end; throws if a request failed, or none was answered. */
  readonly runEngine: (options: EngineOptions) => Promise<LoadResult>;
  /** Starts a load that stays until the sample ends; resolves when all its clients have reached their state. */
  readonly stay: (kind: LoadKind, options: LoadOptions) => Promise<LoadProcess>;
}

/** A server as a contender; `take` takes one sample. */
export function serverContender(
  server: BenchServer,
  load: Built,
  take: (sample: Sample) => Promise<Outcome>,
): AnyContender {
  return 'missing' in server ? server : loadedContender(server.name, load, (path) => takeSample(server, path, take));
}

/**
 * Servers as contenders, by the same keys.
 *
 * @param missing - why none of them can be measured on this machine, if so
 */
export function serverContenders(
  servers: Readonly<Record<string, BenchServer>>,
  load: Built,
  take: (sample: Sample) => Promise<Outcome>,
  missing?: string,
): Record<string, AnyContender> {
  const contender = (server: BenchServer): AnyContender =>
    serverContender(missing === undefined ? server : { name: server.name, missing }, load, take);
  return Object.fromEntries(Object.entries(servers).map(([key, server]) => [key, contender(server)]));
}

/** A contender that needs the load client; `take` gets its path. */
export function loadedContender(name: string, load: Built, take: (path: string) => Promise<Outcome>): AnyContender {
  const missing = whyNoProc();
  if (missing !== undefined) return { name, missing };
  return 'missing' in load ? { name, missing: load.missing } : { name, sample: () => take(load.path) };
}

/** Starts what a sample needs, and ends it in reverse order. */
export async function takeSample<T>(
  { name, command }: ServerCommand,
  load: string,
  take: (sample: Sample) => Promise<T>,
): Promise<T> {
  await using stack = new AsyncDisposableStack();
  const server = stack.use(await ServerProcess.start(command, { name }));
  const start = (kind: LoadKind, options: LoadOptions): LoadProcess =>
    stack.use(startLoad(load, server.port, kind, options));
  const check = (what: string, mustAnswer: boolean, result: LoadResult): LoadResult => {
    const { errors, requests } = result;
    if (errors > 0) throw new Error(`cannot measure ${name}: no request of ${what} may fail, got ${errors} failures`);
    if (mustAnswer && requests === 0) throw new Error(`cannot measure ${name}: must answer a request, got no answer`);
    return result;
  };
  return await take({
    server,
    run: async (kind, options) => check(kind, kind === 'ask', await start(kind, options).result),
    runEngine: async (options) =>
      check('the load engine', true, await stack.use(startEngine(server.port, options)).result),
    stay: async (kind, options) => {
      const running = start(kind, options);
      await running.ready;
      return running;
    },
  });
}

/**
 * A server and those who load it, for one sample: the server is started anew, so that no sample profits from what an
 * earlier one has compiled or allocated, and all are ended with the sample, whatever happens.
 */
import type { Contender, MissingContender, Outcome } from '../benchmark.ts';
import type { Built } from '../peers.ts';
import { type EngineOptions, startEngine } from './engine.ts';
import { type LoadKind, type LoadOptions, type LoadResult, type RunningLoad, startLoad } from './load.ts';
import { whyNoProc } from './proc.ts';
import { type RunningServer, type ServerCommand, startServer } from './process.ts';

/** What a sample is taken of. */
export interface Site {
  readonly server: RunningServer;
  /**
   * Runs a load to its end.
   *
   * @throws Error if one of its requests failed, or if clients have asked and none had an answer
   */
  readonly run: (kind: LoadKind, options: LoadOptions) => Promise<LoadResult>;
  /**
   * Runs our load engine to its end.
   *
   * @throws Error if one of its requests failed, or if none had an answer
   */
  readonly runEngine: (options: EngineOptions) => Promise<LoadResult>;
  /** Starts a load that stays until the end of the sample; resolves when its clients are where they should be. */
  readonly stay: (kind: LoadKind, options: LoadOptions) => Promise<RunningLoad>;
}

/**
 * A server as a contender.
 *
 * @param server - how to start it, or why it can't be
 * @param load - the load client
 * @param take - takes one sample of it
 */
export function serverContender(
  server: ServerCommand | MissingContender,
  load: Built,
  take: (site: Site) => Promise<Outcome>,
): Contender | MissingContender {
  const { name } = server;
  const why = whyNoProc() ?? ('missing' in server ? server.missing : 'missing' in load ? load.missing : undefined);
  if (why !== undefined) return { name, missing: why };
  const [command, program] = [server as ServerCommand, (load as { readonly path: string }).path];
  return { name, sample: () => takeSample(command, program, take) };
}

/** Starts what a sample needs, and ends it in reverse. */
export async function takeSample<T>(
  command: ServerCommand,
  load: string,
  take: (site: Site) => Promise<T>,
): Promise<T> {
  await using stack = new AsyncDisposableStack();
  const server = stack.use(await startServer(command));
  const start = (kind: LoadKind, options: LoadOptions): RunningLoad =>
    stack.use(startLoad(load, server.port, kind, options));
  return await take({
    server,
    run: async (kind, options) => {
      const result = await start(kind, options).result;
      requireNoErrors(command.name, kind, result);
      if (kind === 'ask') requireAnswers(command.name, result);
      return result;
    },
    runEngine: async (options) => {
      const result = await stack.use(startEngine(server.port, options)).result;
      requireNoErrors(command.name, 'the load engine', result);
      requireAnswers(command.name, result);
      return result;
    },
    stay: async (kind, options) => {
      const running = start(kind, options);
      await running.ready;
      return running;
    },
  });
}

function requireNoErrors(server: string, load: string, { errors }: LoadResult): void {
  if (errors > 0) throw new Error(`Cannot measure ${server}: no request may fail, ${errors} have failed of ${load}`);
}

function requireAnswers(server: string, { requests }: LoadResult): void {
  if (requests === 0) throw new Error(`Cannot measure ${server}: a request must be answered, none was`);
}

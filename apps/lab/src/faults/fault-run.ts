/** One fault over one server: from its start, with good clients before and during the fault, to its end. */
import { Cleanup } from '@concurrent-primes/harness';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readResources, type ServerResources } from '../server-resources.ts';
import { type Fault, isRefusal, type Scene } from './fault.ts';
import { FaultyServer, type ServerEnd } from './faulty-server.ts';
import { describeFailure, type GoodResult, startGoodClients } from './good-clients.ts';
import { type LeftBehind, type LeftReading, readLeftBehind, untilQuiet } from './left-behind.ts';

const WARM_UP_MS = 500;
/** Time that connections have to end after the fault. A refused client may stay for 2 s (see `farewell`). */
const QUIET_TIMEOUT_MS = 5000;
const MEBIBYTE = 2 ** 20;
/**
 * How far memory may grow: what heaps keep until the next collection, for the main thread and for each thread that serves
 * clients. Measured: 68 to 84 MiB in `resets` over `net`, whose streams copy what clients never take, the same after 2, 10 and
 * 25 s; at most 45 MiB otherwise.
 */
const SLACK_BYTES = 128 * MEBIBYTE;
const SLACK_BYTES_A_THREAD = 4 * MEBIBYTE;

/** Options of {@link runFault}. */
export interface FaultRunOptions {
  readonly fault: Fault;
  /** Arguments of the `server` command. */
  readonly args: readonly string[];
  /** Number of threads that serve clients. */
  readonly threads: number;
  /** Whether a client holds one of them while it is connected. */
  readonly threadPerClient: boolean;
  /** Time in which requests of good clients fall due. */
  readonly durationMs: number;
  /** Ends the run early; then it throws the reason. */
  readonly signal: AbortSignal;
}

/** What came of a fault. */
export interface FaultResult {
  readonly good: GoodResult;
  /** Undefined if the server had ended. */
  readonly left: LeftBehind | undefined;
  /** How the server has ended; several of them after a restart. */
  readonly ends: readonly ServerEnd[];
  /** One line for each thing that was wrong; empty if everything was as the fault expects. */
  readonly problems: readonly string[];
}

/**
 * Makes a fault.
 *
 * @throws StartFailure if the server doesn't start; the signal's reason
 */
export async function runFault(options: FaultRunOptions): Promise<FaultResult> {
  await using cleanup = new Cleanup();
  const { fault, args, durationMs, signal } = options;
  const folder = mkdtempSync(join(tmpdir(), 'lab-faults-'));
  cleanup.defer(() => {
    rmSync(folder, { recursive: true });
  });
  const server = cleanup.use(await FaultyServer.start({ args, fault, folder, signal }));
  const before = await warmUp(server, signal);
  const problems: string[] = [];
  const good = startGoodClients(server.port, durationMs, signal);
  const ending = new AbortController();
  const afterwards = cleanup.use(new Cleanup());
  const over = AbortSignal.any([signal, ending.signal]);
  await good.begun;
  const causing = fault.cause(sceneOf(server, options, over, afterwards)).catch((error: unknown) => {
    if (!signal.aborted) problems.push(messageOf(error));
  });
  const seen = await good.result.catch((error: unknown): GoodResult => {
    problems.push(messageOf(error));
    return { requests: 0, failures: [], slowestMs: 0 };
  });
  ending.abort();
  await causing;
  signal.throwIfAborted();
  problems.unshift(...goodProblems(seen, fault));
  const reading = await lookAt(server, before, options);
  await afterwards[Symbol.asyncDispose]();
  const { lastLine } = server;
  await server.stop();
  problems.push(...reading.problems, ...server.ends.flatMap((end) => endProblem(end, lastLine)));
  return { good: seen, left: reading.left, ends: server.ends, problems };
}

async function warmUp(server: FaultyServer, signal: AbortSignal): Promise<ServerResources> {
  const atStart = readResources(server.pid);
  await startGoodClients(server.port, WARM_UP_MS, signal).result;
  signal.throwIfAborted();
  await untilQuiet(server, { before: atStart, timeoutMs: QUIET_TIMEOUT_MS, signal });
  return readResources(server.pid);
}

function sceneOf(
  server: FaultyServer,
  { threadPerClient, threads }: FaultRunOptions,
  over: AbortSignal,
  afterwards: Cleanup,
): Scene {
  return {
    port: server.port,
    get pid() {
      return server.pid;
    },
    threads: threadPerClient ? threads : undefined,
    over,
    afterwards,
    restart: () => server.restart(),
  };
}

async function lookAt(
  server: FaultyServer,
  before: ServerResources,
  { threads, signal }: FaultRunOptions,
): Promise<Partial<LeftReading> & Pick<LeftReading, 'problems'>> {
  const slackBytes = SLACK_BYTES + threads * SLACK_BYTES_A_THREAD;
  try {
    return await readLeftBehind(server, { before, slackBytes, timeoutMs: QUIET_TIMEOUT_MS, signal });
  } catch (error) {
    if (!server.hasEnded) throw error;
    return { problems: [] };
  }
}

/** What good clients must not see: one line for each kind of failure. */
function goodProblems({ requests, failures }: GoodResult, fault: Fault): string[] {
  const lines = failures.filter((failure) => !isRefusal(failure, fault)).map(describeFailure);
  return requests > 0 ? lines : [...lines, 'no request was answered'];
}

function endProblem({ code, stopMs }: ServerEnd, lastLine: string): string[] {
  if (code === 0 && stopMs !== undefined) return [];
  const how = code === undefined ? 'it was killed' : `it ended with exit code ${code}`;
  const when = stopMs === undefined ? ' before SIGTERM' : '';
  return [`the server must end with exit code 0 after SIGTERM, ${how}${when}${lastLine && `: ${lastLine}`}`];
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

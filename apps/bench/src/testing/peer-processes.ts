/** Servers and loads as processes, as a benchmark runs them; a test is skipped where this machine lacks them. */
import { ServerProcess } from '@concurrent-primes/harness';
import type { TestContext } from 'vitest';
import type { Built } from '../peers.ts';
import type { BenchServer } from '../servers/bench-servers.ts';
import { LoadProcess, type LoadResult } from '../servers/load-client.ts';

/** No process takes this long to start or to end. */
export const DEADLINE_MS = 60_000;

/** Starts a server; disposing kills it. */
export async function startServer(test: TestContext, server: BenchServer): Promise<ServerProcess> {
  if ('missing' in server) return test.skip(server.missing);
  return ServerProcess.start(server.command, { name: server.name, timeoutMs: DEADLINE_MS });
}

/** Starts the load client. */
export function startLoad(test: TestContext, load: Built, args: readonly string[]): LoadProcess {
  if ('missing' in load) return test.skip(load.missing);
  return new LoadProcess([load.path, ...args], args[0]!);
}

/** The last line of a load, with what only tests read. */
export interface LoadLine extends LoadResult {
  readonly kind: string;
  readonly clients: number;
}

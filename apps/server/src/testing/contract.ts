/** Puts one of the prime servers under the contract that all servers keep. */
import { type RunningServer, type StartOptions, serverContract } from '@concurrent-primes/fixtures';
import type { Server } from '@concurrent-primes/server-core';
import { type PrimeServerOptions, startServer } from '../architectures.ts';
import { ownFlags } from './limited-contract.ts';

/** Runs the contract suite; call it in a test file of its own, since it counts the process's descriptors and threads. */
export function primeServerContract(name: string, command: readonly string[], threadsPerClient: boolean): void {
  serverContract(
    name,
    async (options) => {
      const args = [...command, ...ownFlags(command, options)];
      return runningServer(await startServer(args, commonOptions(options)), options.drainTimeoutMs);
    },
    { threadsPerClient },
  );
}

function commonOptions({ maxClients, limits, greeting, maxWidth }: StartOptions): PrimeServerOptions {
  return {
    host: '127.0.0.1',
    port: 0,
    ...(maxClients === undefined ? {} : { maxClients }),
    ...(limits === undefined ? {} : { limits }),
    ...(greeting === undefined ? {} : { greeting }),
    ...(maxWidth === undefined ? {} : { maxWidth }),
  };
}

function runningServer(server: Server, drainTimeoutMs: number | undefined): RunningServer {
  return {
    port: server.port,
    tally: () => server.tally(),
    stop: () => server.stop(drainTimeoutMs),
    exited: server.closed,
  };
}

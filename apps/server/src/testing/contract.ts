/** Runs the contract suite on every server of the registry. */
import { type RunningServer, type StartOptions, serverContract } from '@concurrent-primes/fixtures';
import { ARCHITECTURES, type PrimeServerOptions, type Registry, startServer, variantsOf } from '../architectures.ts';
import { ownFlags } from './contract-flags.ts';

/**
 * Declares the contract suite for each variant of each architecture, with the server in this process. Call it in a test
 * file without other tests, because the suite counts the descriptors and threads of the process.
 *
 * @param registry - the architectures
 */
export function architecturesContract(registry: Registry = ARCHITECTURES): void {
  for (const { name, command, args, architecture } of variantsOf(registry)) {
    const start = async (options: StartOptions): Promise<RunningServer> => {
      const flags = [command, ...args, ...ownFlags(architecture, options)];
      const server = await startServer(flags, commonOptions(options), registry);
      return {
        port: server.port,
        tally: () => server.tally(),
        stop: () => server.stop(options.drainTimeoutMs),
        exited: server.closed,
      };
    };
    serverContract(name, start, architecture.capabilities);
  }
}

function commonOptions({ maxClients, limits, greeting, maxWidth }: StartOptions): PrimeServerOptions {
  return {
    host: '127.0.0.1',
    port: 0,
    ...(maxClients === undefined ? {} : { maxClients }),
    timeoutsMs: timeoutsOf(limits),
    ...(greeting === undefined ? {} : { greeting }),
    ...(maxWidth === undefined ? {} : { maxWidth }),
  };
}

function timeoutsOf(limits: StartOptions['limits'] = {}): NonNullable<PrimeServerOptions['timeoutsMs']> {
  const { idleTimeoutMs: idle, requestTimeoutMs: request, sendTimeoutMs: answer, sumTimeoutMs: sum } = limits;
  const given = Object.entries({ idle, request, answer, sum }).filter(([, timeoutMs]) => timeoutMs !== undefined);
  return Object.fromEntries(given);
}

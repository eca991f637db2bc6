/** The options for operating a server, for every architecture. */
import type { AdminServer } from '@concurrent-primes/admin';
import { UsageError, hostName, listeningPort, secondsOrZero } from '@concurrent-primes/harness/terminal';
import { Option } from 'commander';
import type { AdministeredRun } from './admin/admin-port.ts';

const DEFAULT_ADDRESS = '127.0.0.1';

/** Values of {@link adminOptions}. */
export interface AdminFlags {
  readonly adminPort?: number;
  readonly adminAddress?: string;
  readonly drainDelay: number;
}

/** Returns the options. */
export function adminOptions(): Option[] {
  return [
    new Option(
      '--admin-port <n>',
      'port for metrics, probes and the order to drain, over HTTP; 0 takes a free one (default: none)',
    ).argParser(listeningPort),
    new Option(
      '--admin-address <host>',
      `address of that port; everybody who reaches it can stop the server (default: ${DEFAULT_ADDRESS})`,
    ).argParser(hostName),
    new Option(
      '--drain-delay <seconds>',
      'time to go on serving new clients after readiness has ended, so that load balancers notice first',
    )
      .argParser(secondsOrZero)
      .default(0),
  ];
}

/** Opens the admin port of a run. */
export type OpenAdmin = (run: AdministeredRun) => Promise<AdminServer>;

/**
 * Returns how to open the admin port.
 *
 * @returns undefined if nobody wants one
 * @throws UsageError if there is an address without a port
 */
export function adminOf({ adminPort: port, adminAddress }: AdminFlags): OpenAdmin | undefined {
  if (port === undefined) {
    if (adminAddress === undefined) return undefined;
    throw new UsageError(`cannot listen on ${adminAddress}: --admin-address needs --admin-port`);
  }
  const address = adminAddress ?? DEFAULT_ADDRESS;
  return async (run) => {
    // Loaded only when it is wanted: an HTTP server takes a while to load.
    const { openAdminPort } = await import('./admin/admin-port.ts');
    try {
      return await openAdminPort(address, port, run);
    } catch (error) {
      if (error instanceof Error && 'code' in error) {
        throw new UsageError(
          `cannot open the admin port on ${address}:${port}: ${error.message}; choose another with --admin-port and --admin-address`,
        );
      }
      throw error;
    }
  };
}

/** The admin port of a running server. */
import { type AdminServer, type Readiness, prometheusText, serveAdmin } from '@concurrent-primes/admin';
import type { Server } from '@concurrent-primes/server-core';
import { resolveHost } from '@concurrent-primes/sockets';
import { SERVER_METRICS, sampleOf } from './server-metrics.ts';

/** What the admin port tells about a run, and how it ends the run. */
export interface AdministeredRun {
  /** The server; undefined until it accepts clients. */
  readonly server: Server | undefined;
  readonly readiness: Readiness;
  /** Records that the log has lost. */
  readonly lostRecords: number;
  /** Begins to drain the server; it may be called again. */
  drain(): void;
}

/**
 * Opens the admin port of a run.
 *
 * @param address - name or address to listen on
 * @param port - TCP port; 0 lets the kernel choose a free one
 * @param run - the run
 * @throws Error with a code when the port is taken, or the address isn't one of this machine
 */
export async function openAdminPort(address: string, port: number, run: AdministeredRun): Promise<AdminServer> {
  return serveAdmin({
    host: await resolveHost(address),
    port,
    names: [address],
    metrics: () =>
      prometheusText(SERVER_METRICS, { server: run.server && sampleOf(run.server), lostRecords: run.lostRecords }),
    readiness: () => run.readiness,
    drain: () => {
      run.drain();
    },
  });
}

/**
 * Runs the contract suite on the built program in a process with few descriptors. Clients without a descriptor wait in the
 * kernel's backlog, and are served when others have left.
 */
import { NO_LEAK_CHECK, type RunningServer, serverContract } from '@concurrent-primes/fixtures';
import { describe, it } from 'vitest';
import { ARCHITECTURES, variantsOf } from './architectures.ts';
import { commonFlags, ownFlags } from './testing/contract-flags.ts';
import { LIMITED, MAX_DESCRIPTORS, WAITING } from './testing/descriptor-limit.ts';
import { ServerProcess } from './testing/server-process.ts';

/** The log is the only way to see a running server's counters from outside. */
const LOG_FOR_PROGRAMS = ['--log-format', 'json'];

/** Clients for which {@link MAX_DESCRIPTORS} are enough; each thread of the server takes five descriptors. */
const CLIENTS_AT_ONCE = 20;
const CLIENTS_WITH_THREADS = 4;

async function startProcess(args: readonly string[]): Promise<RunningServer> {
  const server = await ServerProcess.listening([...args, '--port', '0', ...LOG_FOR_PROGRAMS], LIMITED);
  let stopping = false;
  return {
    port: server.port,
    pid: server.pid,
    tally: () => tallyOf(server, !stopping),
    async stop() {
      stopping = true;
      await using stopped = server; // killed if it doesn't stop
      const { code, signal, stderr } = await stopped.stop();
      if (code !== 0) throw new Error(`cannot stop the server: it must exit with 0, got ${code ?? signal}\n${stderr}`);
    },
    exited: server.closed.then(({ code, signal, stderr }) => {
      if (!stopping)
        throw new Error(`cannot serve: the server must run until it is told to stop, got ${code ?? signal}\n${stderr}`);
    }),
  };
}

/** Asks a running server for its counters, which it logs, and returns the last ones that it has logged. */
function tallyOf(server: ServerProcess, isRunning: boolean): Record<string, number> {
  if (isRunning) server.signal('SIGUSR1');
  const lines = server.stderr.slice(0, server.stderr.lastIndexOf('\n') + 1).split('\n');
  const last = lines.findLast((line) => line.includes('"counters":'));
  return last === undefined ? {} : (JSON.parse(last) as { readonly counters: Record<string, number> }).counters;
}

// The suite looks into the server's process, as far as /proc shows it.
describe.skipIf(NO_LEAK_CHECK !== undefined)(`with ${MAX_DESCRIPTORS} descriptors`, () => {
  for (const { name, command, args, architecture } of variantsOf(ARCHITECTURES)) {
    const { capabilities } = architecture;
    const unfit = capabilities.without?.['descriptor-limit'];
    if (unfit !== undefined) {
      it(name, (test) => {
        test.skip(unfit);
      });
      continue;
    }
    serverContract(
      name,
      (options) =>
        startProcess([command, ...args, ...WAITING, ...ownFlags(architecture, options), ...commonFlags(options)]),
      { ...capabilities, clientsAtOnce: capabilities.threadPerClient ? CLIENTS_WITH_THREADS : CLIENTS_AT_ONCE },
    );
  }
});

/**
 * Runs the contract suite on the built program in a process with few descriptors. Clients without a descriptor wait in the
 * kernel's backlog, and are served when others have left.
 */
import { NO_LEAK_CHECK, type RunningServer, serverContract } from '@concurrent-primes/fixtures';
import { describe, it } from 'vitest';
import { ARCHITECTURES, variantsOf } from './architectures.ts';
import { commonFlags, ownFlags } from './testing/contract-flags.ts';
import { LIMITED, MAX_DESCRIPTORS } from './testing/descriptor-limit.ts';
import { ServerProcess } from './testing/server-process.ts';

/** The log is the only way to see a running server's counts from outside. */
const LOG_EVERY_CLIENT = ['--log-level', 'debug', '--log-format', 'json'];

/** Clients for which {@link MAX_DESCRIPTORS} are enough; each thread of the server takes five descriptors. */
const CLIENTS_AT_ONCE = 20;
const CLIENTS_WITH_THREADS = 4;

async function startProcess(args: readonly string[]): Promise<RunningServer> {
  const server = await ServerProcess.listening([...args, '--port', '0', ...LOG_EVERY_CLIENT], LIMITED);
  const tally = new LoggedTally();
  let stopping = false;
  return {
    port: server.port,
    pid: server.pid,
    tally: () => tally.after(server.stderr),
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

/** Counts the clients of a growing log by outcome. */
class LoggedTally {
  #readCharacters = 0;
  readonly #counts: Record<string, number> = {};

  /** @param log - the log so far; its last line may be incomplete */
  after(log: string): Record<string, number> {
    const end = log.lastIndexOf('\n') + 1;
    for (const line of log.slice(this.#readCharacters, end).split('\n').filter(Boolean)) {
      const { client } = JSON.parse(line) as { readonly client?: { readonly outcome: string } };
      if (client !== undefined) this.#counts[client.outcome] = (this.#counts[client.outcome] ?? 0) + 1;
    }
    this.#readCharacters = end;
    return { ...this.#counts };
  }
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
      (options) => startProcess([command, ...args, ...ownFlags(architecture, options), ...commonFlags(options)]),
      { ...capabilities, clientsAtOnce: capabilities.threadPerClient ? CLIENTS_WITH_THREADS : CLIENTS_AT_ONCE },
    );
  }
});

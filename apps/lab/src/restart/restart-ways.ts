/** The ways to restart a server that `lab restart` compares. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ServerProcess } from '@concurrent-primes/harness';
import { type ListeningSocket, listen } from '@concurrent-primes/sockets';
import { HAPROXY_WAY } from './haproxy-way.ts';
import { startOn, startOwn, stopOwn } from './own-server.ts';
import type { RestartableService, RestartWay } from './restart-way.ts';

const HOST = '127.0.0.1';

/** Replaces one server by the next one; disposing ends the last one. */
class Succession implements RestartableService {
  readonly port: number;
  readonly #replace: (server: ServerProcess) => Promise<ServerProcess>;
  readonly #end: () => void;
  #server: ServerProcess;

  /**
   * @param server - the first one
   * @param replace - ends it and returns the next one
   * @param end - frees what the servers had in common
   */
  constructor(
    server: ServerProcess,
    replace: (server: ServerProcess) => Promise<ServerProcess>,
    end: () => void = () => undefined,
  ) {
    this.port = server.port;
    this.#server = server;
    this.#replace = replace;
    this.#end = end;
  }

  async restart(): Promise<void> {
    this.#server = await this.#replace(this.#server);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server[Symbol.asyncDispose]();
    this.#end();
  }
}

/** Runs a step that needs something, which is freed if the step fails. */
async function freeOnFailure<T>(free: () => void, step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    free();
    throw error;
  }
}

/** A server on a socket that the servers share: as systemd does, this process keeps it open. */
function onSharedSocket(
  replace: (server: ServerProcess, listener: ListeningSocket, args: readonly string[]) => Promise<ServerProcess>,
): RestartWay['start'] {
  return (args) => {
    const listener = listen({ host: HOST, port: 0, backlog: 4096 });
    const close = (): void => {
      listener.close();
    };
    return freeOnFailure(
      close,
      async () => new Succession(await startOn(listener, args), (server) => replace(server, listener, args), close),
    );
  };
}

/** All ways by name, from the one that loses most. */
export const RESTART_WAYS: Readonly<Record<string, RestartWay>> = {
  none: {
    title: 'no restart, for comparison',
    isLossless: true,
    async start(args) {
      const server = await startOwn([...args, '--port', '0']);
      return new Succession(server, () => Promise.resolve(server));
    },
  },
  'stop-start': {
    title: 'stop the server, then start it again',
    isLossless: false,
    async start(args) {
      return new Succession(await startOwn([...args, '--port', '0']), async (server) => {
        await stopOwn(server);
        return startOwn([...args, '--port', String(server.port)]);
      });
    },
  },
  reuseport: {
    title: 'SO_REUSEPORT: start another one on the port, then stop the first',
    isLossless: false,
    async start(args) {
      const startAt = (port: number): Promise<ServerProcess> =>
        startOwn([...args, '--port', String(port), '--reuse-port']);
      return new Succession(await startAt(0), async (server) => {
        const next = await startAt(server.port);
        await stopOwn(server);
        return next;
      });
    },
  },
  activation: {
    title: 'socket activation: stop the server, then start it on the same socket',
    isLossless: true,
    start: onSharedSocket(async (server, listener, args) => {
      await stopOwn(server);
      return startOn(listener, args);
    }),
  },
  overlap: {
    title: 'socket activation: start another one on the same socket, then stop the first',
    isLossless: true,
    start: onSharedSocket(async (server, listener, args) => {
      const next = await startOn(listener, args);
      await stopOwn(server);
      return next;
    }),
  },
  handover: {
    title: 'handover: the new server takes the socket from the old one',
    isLossless: true,
    start(args) {
      const directory = mkdtempSync(join(tmpdir(), 'lab-handover-'));
      const remove = (): void => {
        rmSync(directory, { recursive: true, force: true });
      };
      const start = (): Promise<ServerProcess> =>
        startOwn([...args, '--port', '0', '--handover', join(directory, 'socket')]);
      return freeOnFailure(
        remove,
        async () =>
          new Succession(
            await start(),
            async (server) => {
              const next = await start();
              const { code } = await server.exited;
              if (code !== 0) throw new Error(`cannot hand over: the old server must exit with 0, got ${code}`);
              return next;
            },
            remove,
          ),
      );
    },
  },
  haproxy: HAPROXY_WAY,
};

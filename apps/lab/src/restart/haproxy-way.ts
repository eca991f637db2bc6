/** Two servers behind HAProxy: each is drained by a command, stopped, started and taken back, one after the other. */
import type { ServerProcess } from '@concurrent-primes/harness';
import { HaProxy, SERVER_NAMES, type ServerName } from './haproxy.ts';
import { startOwn, stopOwn } from './own-server.ts';
import type { RestartableService, RestartWay } from './restart-way.ts';

/**
 * Longest wait for the clients of a server that drains, in milliseconds. New connections end in it; kept ones don't, and
 * are then told by the server.
 */
const UNUSED_MS = 1000;

class ProxiedServers implements RestartableService {
  readonly #proxy: HaProxy;
  readonly #args: readonly string[];
  readonly #servers: Record<ServerName, ServerProcess>;

  constructor(proxy: HaProxy, args: readonly string[], servers: Record<ServerName, ServerProcess>) {
    this.#proxy = proxy;
    this.#args = args;
    this.#servers = servers;
  }

  get port(): number {
    return this.#proxy.port;
  }

  async restart(): Promise<void> {
    for (const name of SERVER_NAMES) {
      await this.#proxy.set(name, 'drain');
      await this.#proxy.untilUnused(name, UNUSED_MS);
      await stopOwn(this.#servers[name]);
      this.#servers[name] = await startBehind(this.#proxy, name, this.#args);
      await this.#proxy.set(name, 'ready');
      await this.#proxy.untilUp(name);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#proxy[Symbol.asyncDispose]();
    for (const name of SERVER_NAMES) await this.#servers[name][Symbol.asyncDispose]();
  }
}

function startBehind(proxy: HaProxy, name: ServerName, args: readonly string[]): Promise<ServerProcess> {
  return startOwn([...args, '--port', String(proxy.serverPorts[name])]);
}

/** Two servers behind HAProxy. */
export const HAPROXY_WAY: RestartWay = {
  title: 'HAProxy: two servers, each restarted in turn',
  isLossless: true,
  missing: () => HaProxy.missing(),
  async start(args) {
    await using stack = new AsyncDisposableStack();
    const proxy = stack.use(await HaProxy.start());
    const one = stack.use(await startBehind(proxy, 'one', args));
    const two = stack.use(await startBehind(proxy, 'two', args));
    for (const name of SERVER_NAMES) await proxy.untilUp(name);
    stack.move();
    return new ProxiedServers(proxy, args, { one, two });
  },
};

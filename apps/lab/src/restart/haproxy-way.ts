/**
 * Two servers behind HAProxy: each is stopped and started, one after the other. With SIGTERM a server says that it isn't
 * ready, and serves for a while longer, in which HAProxy learns it.
 */
import { Cleanup, type ServerProcess } from '@concurrent-primes/harness';
import { HaProxy, SERVER_NAMES, type ServerName } from './haproxy.ts';
import { startOwn, stopOwn } from './own-server.ts';
import type { RestartableService, RestartWay } from './restart-way.ts';

/** Longer than HAProxy needs to notice: see the file. */
const DRAIN_DELAY_SECONDS = '2';

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
      await stopOwn(this.#servers[name]);
      this.#servers[name] = await startBehind(this.#proxy, name, this.#args);
      await this.#proxy.untilUp(name);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#proxy[Symbol.asyncDispose]();
    for (const name of SERVER_NAMES) await this.#servers[name][Symbol.asyncDispose]();
  }
}

function startBehind(proxy: HaProxy, name: ServerName, args: readonly string[]): Promise<ServerProcess> {
  const { clients, admin } = proxy.serverPorts[name];
  const ports = ['--port', String(clients), '--admin-port', String(admin)];
  return startOwn([...args, ...ports, '--drain-delay', DRAIN_DELAY_SECONDS]);
}

/** Two servers behind HAProxy. */
export const HAPROXY_WAY: RestartWay = {
  title: 'HAProxy: two servers, each restarted in turn',
  isLossless: true,
  missing: () => HaProxy.missing(),
  async start(args) {
    await using stack = new Cleanup();
    const proxy = stack.use(await HaProxy.start());
    const one = stack.use(await startBehind(proxy, 'one', args));
    const two = stack.use(await startBehind(proxy, 'two', args));
    for (const name of SERVER_NAMES) await proxy.untilUp(name);
    stack.move();
    return new ProxiedServers(proxy, args, { one, two });
  },
};

/**
 * HAProxy as a process with `deploy/haproxy.cfg`, and its statistics. They come through a UNIX socket, one connection for
 * each command (HAProxy's Management Guide, section 9.3, "Unix Socket commands").
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { freePort, ProcessGroup } from '@concurrent-primes/harness';

/** The file that people copy is the one that is tested. */
const CONFIGURATION = fileURLToPath(new URL('../../../../deploy/haproxy.cfg', import.meta.url));

const HOST = '127.0.0.1';
const LOOK_AGAIN_MS = 20;
/** Time for HAProxy to see a server that serves; only ends a wait that hangs. */
const SEEN_MS = 30_000;

/** The servers of the file, in its order. */
export const SERVER_NAMES = ['one', 'two'] as const;

/** One of {@link SERVER_NAMES}. */
export type ServerName = (typeof SERVER_NAMES)[number];

/** The ports of a server. */
export interface ServerPorts {
  readonly clients: number;
  readonly admin: number;
}

/** A running HAProxy; disposing ends it. */
export class HaProxy implements AsyncDisposable {
  /** Where clients connect. */
  readonly port: number;
  /** Where the servers have to listen, and to be asked whether they are ready. */
  readonly serverPorts: Readonly<Record<ServerName, ServerPorts>>;
  readonly #process: ProcessGroup;
  readonly #directory: string;

  /** Why it can't be run; undefined if it can. */
  static async missing(): Promise<string | undefined> {
    if (!existsSync(CONFIGURATION)) return 'deploy/haproxy.cfg is only in the repository';
    await using run = new ProcessGroup(['haproxy', '-v']);
    const { error } = await run.closed;
    return error === undefined ? undefined : 'haproxy is not installed';
  }

  /** Starts it, before its servers. */
  static async start(): Promise<HaProxy> {
    const portsOf = async (): Promise<ServerPorts> => ({ clients: await freePort(), admin: await freePort() });
    const proxy = new HaProxy(await freePort(), { one: await portsOf(), two: await portsOf() });
    try {
      await proxy.#until('accept commands', async () => (await proxy.#command('show version').catch(() => '')) !== '');
      return proxy;
    } catch (error) {
      await proxy[Symbol.asyncDispose]();
      throw error;
    }
  }

  private constructor(port: number, serverPorts: Readonly<Record<ServerName, ServerPorts>>) {
    this.port = port;
    this.serverPorts = serverPorts;
    this.#directory = mkdtempSync(join(tmpdir(), 'lab-haproxy-'));
    const env = {
      ...process.env,
      PRIMES_LISTEN: `${HOST}:${port}`,
      PRIMES_ONE: `${HOST}:${serverPorts.one.clients}`,
      PRIMES_ONE_ADMIN: String(serverPorts.one.admin),
      PRIMES_TWO: `${HOST}:${serverPorts.two.clients}`,
      PRIMES_TWO_ADMIN: String(serverPorts.two.admin),
      PRIMES_SOCKET: this.#socketPath,
    };
    this.#process = new ProcessGroup(['haproxy', '-db', '-f', CONFIGURATION], { env });
  }

  /** Waits until HAProxy gives clients to a server. */
  async untilUp(name: ServerName): Promise<void> {
    await this.#until(`see server ${name} up`, async () => (await this.#statisticsOf(name))['status'] === 'UP');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#process[Symbol.asyncDispose]();
    rmSync(this.#directory, { recursive: true, force: true });
  }

  get #socketPath(): string {
    return join(this.#directory, 'socket');
  }

  async #until(what: string, isSo: () => Promise<boolean>): Promise<void> {
    const endMs = performance.now() + SEEN_MS;
    while (!(await isSo())) {
      if (this.#process.ending !== undefined || performance.now() > endMs) {
        throw new Error(`cannot use haproxy: it must ${what}, got ${this.#process.output}`);
      }
      await delay(LOOK_AGAIN_MS);
    }
  }

  /** The statistics of a server, by the names in the first line of the table. */
  async #statisticsOf(name: ServerName): Promise<Readonly<Record<string, string>>> {
    const [heading = '', ...rows] = (await this.#command('show stat')).trim().split('\n');
    const names = heading.replace(/^# /, '').split(',');
    const cells = rows.map((row) => row.split(',')).find((row) => row[0] === 'primes' && row[1] === name) ?? [];
    return Object.fromEntries(names.map((column, index) => [column, cells[index] ?? '']));
  }

  async #command(command: string): Promise<string> {
    const socket = connect(this.#socketPath);
    await once(socket, 'connect');
    socket.write(`${command}\n`);
    return text(socket);
  }
}

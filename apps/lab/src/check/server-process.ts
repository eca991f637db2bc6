/**
 * Anyone's server as a process: started by a shell command on a free port, found listening, killed with all it started.
 *
 * The command leads a process group of its own, because `sh -c` starts the server and the server may start more. Whether it
 * listens is read from the kernel's table where there is one (Linux): a connection made only to try would be the
 * server's first client, and one that says nothing, which simple servers don't bear.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { connect, createServer, type AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { secondsText } from './words.ts';

/** Compilers and virtual machines need their time. */
const START_MS = 30_000;
const POLL_MS = 20;
/** How long it may take to end when asked, before it is killed. */
const STOP_MS = 2000;
/** How much of what it prints is kept: the end, where the reason stands. */
const KEPT_CHARACTERS = 4000;
/** The state LISTEN in /proc/net/tcp. proc_pid_net(5) */
const LISTEN = '0A';

/** A server did not come to listen. */
export class StartFailure extends Error {
  override name = 'StartFailure';
}

/** A running server. */
export class ServerProcess {
  readonly port: number;
  /** Resolves when the leader of its group has ended. */
  readonly ended: Promise<void>;
  readonly #child: ChildProcess;
  readonly #killGroup = (): void => {
    this.#signalGroup('SIGKILL');
  };
  #output = '';
  #ending: string | undefined;

  /**
   * Starts a server and waits until it listens.
   *
   * @param command - for the shell; `{port}` is replaced
   * @param signal - gives up
   * @throws StartFailure with what it printed, when it ends or time runs out before; the signal's reason
   */
  static async start(command: string, signal: AbortSignal): Promise<ServerProcess> {
    const port = await freePort();
    const server = new ServerProcess(command.replaceAll('{port}', String(port)), port);
    try {
      await server.#listening(signal);
    } catch (error) {
      await server.stop();
      throw error;
    }
    return server;
  }

  private constructor(command: string, port: number) {
    this.port = port;
    this.#child = spawn('sh', ['-c', command], { detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [this.#child.stdout!, this.#child.stderr!]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        this.#output = (this.#output + text).slice(-KEPT_CHARACTERS);
      });
    }
    this.ended = new Promise((resolve) => {
      const end = (ending: string): void => {
        this.#ending ??= ending;
        resolve();
      };
      this.#child.once('exit', (code, signal) => {
        end(signal === null ? `exit code ${String(code)}` : `signal ${signal}`);
      });
      this.#child.once('error', (error) => {
        end(error.message);
      });
    });
    // Whatever ends this process must not leave the server behind.
    process.on('exit', this.#killGroup);
  }

  /** The last that it has printed, on both streams. */
  get output(): string {
    return this.#output.trimEnd();
  }

  /** How it has ended; undefined while it runs. */
  get ending(): string | undefined {
    return this.#ending;
  }

  /** Ends it and all that it has started: in order, or by force. */
  async stop(): Promise<void> {
    this.#signalGroup('SIGTERM');
    await Promise.race([this.ended, delay(STOP_MS, undefined, { ref: false })]);
    // Also when its leader has ended: a child of its own may live on.
    this.#signalGroup('SIGKILL');
    await this.ended;
    process.off('exit', this.#killGroup);
  }

  async #listening(signal: AbortSignal): Promise<void> {
    const deadlineMs = performance.now() + START_MS;
    while (!(await isListening(this.port))) {
      signal.throwIfAborted();
      if (this.#ending !== undefined) throw this.#failure(`it ended with ${this.#ending}`);
      if (performance.now() > deadlineMs) throw this.#failure(`it did not within ${secondsText(START_MS)}`);
      await delay(POLL_MS);
    }
  }

  #failure(why: string): StartFailure {
    const printed = this.output === '' ? 'It printed nothing.' : `It printed:\n${this.output}`;
    return new StartFailure(`cannot start the server: it must listen on port ${this.port}, ${why}. ${printed}`);
  }

  #signalGroup(name: NodeJS.Signals): void {
    if (this.#child.pid === undefined) return;
    try {
      process.kill(-this.#child.pid, name);
    } catch (error) {
      // No such group: all of it has ended.
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function isListening(port: number): Promise<boolean> {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const tables = await Promise.allSettled(['/proc/net/tcp', '/proc/net/tcp6'].map((path) => readFile(path, 'utf8')));
  const found = tables.flatMap((table) => (table.status === 'fulfilled' ? table.value.split('\n') : []));
  if (found.length === 0) return acceptsConnection(port);
  return found.some((line) => {
    const [, local, , state] = line.trim().split(/\s+/);
    return local?.endsWith(suffix) === true && state === LISTEN;
  });
}

async function acceptsConnection(port: number): Promise<boolean> {
  const socket = connect({ port, host: '127.0.0.1' });
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

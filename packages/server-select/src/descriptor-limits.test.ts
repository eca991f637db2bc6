/** Servers at the limits of descriptors, in real processes: no client is dropped, and no loop spins. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { cpuTimeMs, eventually, throughout, within } from '@concurrent-primes/fixtures';
import { SELECTOR_KINDS, type SelectorKind, type Socket, connect } from '@concurrent-primes/sockets';
import { expect, it } from 'vitest';
import type { EchoServerMessage } from './testing/echo-server.ts';

const SCRIPT = fileURLToPath(new URL('./testing/echo-server.ts', import.meta.url));
const DEADLINE_MS = 60_000;

/** `echo-server.ts` in a process with a limit of descriptors. */
class LimitedServer {
  readonly port: number;
  /** Its notices. */
  readonly notices: readonly string[];
  readonly #process: ChildProcess;

  private constructor(process: ChildProcess, port: number, notices: readonly string[]) {
    this.#process = process;
    this.port = port;
    this.notices = notices;
  }

  /** @param maxDescriptors - limit of the process, `ulimit -n` */
  static async start(kind: SelectorKind, maxDescriptors: number): Promise<LimitedServer> {
    const command = 'ulimit -n "$1" && shift && exec "$@"';
    const child = spawn('sh', ['-c', command, 'sh', String(maxDescriptors), process.execPath, SCRIPT, kind], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    const notices: string[] = [];
    const listening = new Promise<number>((resolve, reject) => {
      child.on('message', (message: EchoServerMessage) => {
        if ('port' in message) resolve(message.port);
        else notices.push(message.notice);
      });
      child.once('exit', (code) => {
        reject(new Error(`cannot start the server: it must listen, got exit code ${String(code)}`));
      });
    });
    try {
      return new LimitedServer(child, await within(listening, DEADLINE_MS, 'the port of the server'), notices);
    } catch (error) {
      child.kill('SIGKILL');
      throw error;
    }
  }

  /** Number of open descriptors. */
  get descriptors(): number {
    return readdirSync(`/proc/${this.#process.pid!}/fd`).length;
  }

  /** Processor time of all its threads, in milliseconds. */
  get cpuMs(): number {
    return cpuTimeMs(this.#process.pid!);
  }

  /** Stops it and returns its exit code. */
  async stop(): Promise<number | null> {
    const exit = once(this.#process, 'exit') as Promise<[number | null]>;
    this.#process.disconnect();
    try {
      return (await within(exit, DEADLINE_MS, 'the server process to end'))[0];
    } finally {
      this.#process.kill('SIGKILL');
    }
  }
}

/** Why a process can't have this many descriptors here; undefined when it can. */
function cannotHave(descriptors: number): string | undefined {
  if (process.platform !== 'linux') return 'this test reads /proc, which Linux has';
  const limit = execFileSync('sh', ['-c', 'ulimit -Hn'], { encoding: 'utf8' }).trim();
  if (limit === 'unlimited' || Number(limit) >= descriptors) return undefined;
  return `this test needs ${descriptors} descriptors, ulimit -Hn allows ${limit}`;
}

const MESSAGE = Uint8Array.of(1, 2, 3, 4);
const RECEIVE_TIMEOUT_MS = 60_000;

/** Connects silent clients. The kernel connects them whether or not they are accepted. */
function connectMany(port: number, count: number): Socket[] {
  return Array.from({ length: count }, () => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.setReceiveTimeout(RECEIVE_TIMEOUT_MS);
    return socket;
  });
}

/** Sends a request and waits for the echo. The server runs in another process, so this thread may block. */
function echo(client: Socket): number[] {
  client.send(MESSAGE);
  const buffer = new Uint8Array(8);
  return [...buffer.subarray(0, client.recv(buffer))];
}

it.for(SELECTOR_KINDS)(
  'the %s server waits and continues when the process has no descriptor left',
  async (kind, test) => {
    const maxDescriptors = 64;
    const reason = cannotHave(maxDescriptors);
    if (reason !== undefined) test.skip(reason);
    const server = await LimitedServer.start(kind, maxDescriptors);
    const room = maxDescriptors - server.descriptors;
    const [accepted, waiting] = [connectMany(server.port, room), connectMany(server.port, 5)];
    try {
      await eventually(() => {
        expect(server.notices).toEqual([
          'accept: EMFILE: new clients wait until a client leaves; raise the limit with ulimit -n',
        ]);
      });

      const beforeMs = server.cpuMs;
      await throughout(() => {
        // A spinning loop would use all of this time.
        expect(server.cpuMs - beforeMs).toBeLessThan(150);
      }, 400);

      for (const client of accepted.splice(0, waiting.length)) client.close();
      for (const client of waiting) expect(echo(client)).toEqual([...MESSAGE]);
      for (const client of accepted) expect(echo(client)).toEqual([...MESSAGE]);
    } finally {
      for (const client of [...accepted, ...waiting]) client.close();
      expect(await server.stop()).toBe(0);
    }
    expect(server.notices).toHaveLength(1);
  },
);

it.for([
  ['select', 1],
  ['poll', 0],
] as const)(
  'the %s server serves 1100 clients at once, with %d notices that some wait',
  async ([kind, notices], test) => {
    const clientCount = 1100;
    const reason = cannotHave(2 * clientCount);
    if (reason !== undefined) test.skip(reason);
    const server = await LimitedServer.start(kind, 2 * clientCount);
    const clients = connectMany(server.port, clientCount);
    try {
      await eventually(() => {
        expect(server.notices).toHaveLength(notices);
      });
      for (const client of clients) {
        expect(echo(client)).toEqual([...MESSAGE]);
        client.close();
      }
    } finally {
      for (const client of clients) client.close();
      expect(await server.stop()).toBe(0);
    }
    expect(server.notices).toHaveLength(notices);
  },
);

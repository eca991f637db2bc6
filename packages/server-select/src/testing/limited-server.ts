/** Starts `echo-server.ts` under a limit of descriptors of its own. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { cpuTimeMs, within } from '@concurrent-primes/fixtures';
import type { SelectorKind } from '@concurrent-primes/sockets';
import type { EchoServerMessage } from './echo-server.ts';

const SCRIPT = fileURLToPath(new URL('./echo-server.ts', import.meta.url));
const DEADLINE_MS = 8000;

/** A running server process. */
export class LimitedServer {
  readonly port: number;
  /** What it told those who run it. */
  readonly notices: readonly string[];
  readonly #process: ChildProcess;

  private constructor(process: ChildProcess, port: number, notices: readonly string[]) {
    this.#process = process;
    this.port = port;
    this.notices = notices;
  }

  /** @param maxDescriptors its `ulimit -n` */
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
        reject(new Error(`LimitedServer: the process must serve, it ended with ${String(code)}`));
      });
    });
    try {
      return new LimitedServer(child, await within(listening, DEADLINE_MS, 'the port of the server'), notices);
    } catch (error) {
      child.kill('SIGKILL');
      throw error;
    }
  }

  /** How many descriptors it has open. */
  get descriptors(): number {
    return readdirSync(`/proc/${this.#process.pid!}/fd`).length;
  }

  /** The processor time that all its threads have used so far, in milliseconds. */
  get cpuMs(): number {
    return cpuTimeMs(this.#process.pid!);
  }

  /** Stops it and gives its exit code. */
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

/** Why a process can't be given so many descriptors here; undefined when it can. */
export function cannotHave(descriptors: number): string | undefined {
  if (process.platform !== 'linux') return 'this test reads /proc, which Linux has';
  const limit = execFileSync('sh', ['-c', 'ulimit -Hn'], { encoding: 'utf8' }).trim();
  if (limit === 'unlimited' || Number(limit) >= descriptors) return undefined;
  return `this test needs ${descriptors} descriptors, ulimit -Hn allows ${limit}`;
}

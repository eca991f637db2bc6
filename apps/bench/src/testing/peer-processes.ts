/** Servers and loads as processes of their own, as a benchmark runs them. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { within } from '@concurrent-primes/fixtures';
import type { TestContext } from 'vitest';
import type { Built } from '../peers.ts';

/** No process takes so long to start, or to end. */
export const DEADLINE_MS = 20_000;

/** A command line, or why there is none. */
export type Command = readonly [string, ...string[]] | { readonly missing: string };

/** A peer that is a program. */
export function built(program: Built, ...args: readonly string[]): Command {
  return 'missing' in program ? program : [program.path, ...args];
}

/** A peer that is a script of the folder `peers`. */
export function scripted(python: Built, script: string): Command {
  return built(python, fileURLToPath(new URL(`../../peers/${script}`, import.meta.url)), '0');
}

/** The peer in TypeScript. */
export function netServer(): Command {
  return [process.execPath, fileURLToPath(new URL('../jobs/net-server.ts', import.meta.url)), '0'];
}

/** One of our servers. */
export function ours(...flags: readonly string[]): Command {
  const main = fileURLToPath(new URL('dist/main.js', import.meta.resolve('@concurrent-primes/server/package.json')));
  return [process.execPath, main, ...flags, '--port', '0', '--log-level', 'warn'];
}

/** A server at work; disposing ends it by SIGTERM. */
interface RunningServer extends AsyncDisposable {
  readonly port: number;
}

/** Starts a server, or skips the test if this machine can't have it. */
export async function startServer(test: TestContext, command: Command): Promise<RunningServer> {
  if ('missing' in command) return test.skip(command.missing);
  const [file, ...args] = command;
  const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'close');
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    await within(ended, DEADLINE_MS, `the end of ${file} after SIGTERM`);
  };
  try {
    const line = await firstLine(child.stdout, `${file} to say where it listens`);
    const port = /^listening on 127\.0\.0\.1:(\d+)/.exec(line)?.[1];
    if (port === undefined) throw new Error(`${file} must say where it listens, it said ${line}`);
    return { port: Number(port), [Symbol.asyncDispose]: stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** What a load prints at its end, as far as it is tested. */
interface LoadLine {
  readonly kind: string;
  readonly clients: number;
  readonly requests: number;
  readonly errors: number;
  readonly elapsedMs: number;
  readonly cpuMs: number;
  readonly bytes: number;
  readonly latencyUs: Readonly<Record<'p50' | 'p90' | 'p99' | 'p999' | 'max' | 'mean' | 'count', number>>;
  readonly countUs: Readonly<Record<'p50' | 'p90' | 'p99' | 'p999' | 'max' | 'mean' | 'count', number>>;
  readonly jain: number | null;
  readonly busy: number;
}

/** A load at work; disposing kills it. */
export class RunningLoad implements AsyncDisposable {
  readonly #child;
  readonly #stdout: Promise<string>;
  readonly #stderr: Promise<string>;
  readonly #closed: Promise<unknown>;
  readonly #ready: Promise<string>;

  /** @param args - all of its command line */
  constructor(test: TestContext, load: Built, args: readonly string[]) {
    if ('missing' in load) test.skip(load.missing);
    this.#child = spawn(load.path, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    this.#closed = once(this.#child, 'close');
    this.#ready = firstLine(this.#child.stdout, 'the load to be ready');
    this.#stdout = text(this.#child.stdout);
    this.#stderr = text(this.#child.stderr);
    this.#ready.catch(() => undefined);
  }

  /** Waits until all its clients are where they should be. */
  async ready(): Promise<void> {
    const line = await this.#ready;
    if (line !== 'ready') throw new Error(`the load must get ready, it said ${line}`);
  }

  /** Tells it to end now. */
  terminate(): void {
    this.#child.kill('SIGTERM');
  }

  /** Waits for its end. */
  async ended(): Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }> {
    await within(this.#closed, DEADLINE_MS, 'the end of the load');
    return { code: this.#child.exitCode, stdout: await this.#stdout, stderr: await this.#stderr };
  }

  /** Waits for its end, and reads its last line. */
  async result(): Promise<LoadLine> {
    const { code, stdout, stderr } = await this.ended();
    if (code !== 0) throw new Error(`the load must exit with 0, it exited with ${String(code)}: ${stderr}`);
    return JSON.parse(stdout.trimEnd().split('\n').at(-1)!) as LoadLine;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#closed;
  }
}

/** The first line of what a process writes; reads on, and drops the rest. */
async function firstLine(stream: Readable, what: string): Promise<string> {
  const lines = createInterface(stream);
  const [line] = (await within(once(lines, 'line'), DEADLINE_MS, what)) as [string];
  return line;
}

/** A pipe in which strace writes the calls of a command while it runs. */
import { shellCommand } from '@concurrent-primes/harness';
import { spawnSync } from 'node:child_process';
import { constants, mkdtempSync, openSync, rmSync } from 'node:fs';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { STRACE_FLAGS, StraceLines, type SystemCall } from './strace-lines.ts';
import { TRACED_CALLS } from './traced-calls.ts';

/** Flag that makes strace name both ends of each socket. It costs strace some time for each call. */
export const NAMES_ENDS: readonly string[] = ['-yy'];

/** Reads what strace writes, until it is disposed of. */
export class StracePipe implements Disposable {
  readonly #folder = mkdtempSync(join(tmpdir(), 'lab-strace-'));
  readonly #path = join(this.#folder, 'calls');
  readonly #output: Socket;
  readonly #flags: readonly string[];

  /**
   * @param take - gets the calls, in the order of strace's output
   * @param flags - more flags of strace
   */
  constructor(take: (calls: readonly SystemCall[]) => void, flags: readonly string[] = []) {
    this.#flags = flags;
    spawnSync('mkfifo', [this.#path]);
    // Open for writing too: so it has no end before the server has.
    this.#output = new Socket({ fd: openSync(this.#path, constants.O_RDWR | constants.O_NONBLOCK), readable: true });
    const lines = new StraceLines();
    this.#output.setEncoding('latin1').on('data', (text: Buffer | string) => {
      take(lines.push(String(text)));
    });
  }

  /**
   * How to start a command under strace.
   *
   * @param command - a shell command; `{port}` stands for its port
   */
  traced(command: string): (port: number) => [string, ...string[]] {
    const shell = shellCommand(command);
    const flags = [...STRACE_FLAGS, ...this.#flags, '-e', `trace=${TRACED_CALLS.join(',')}`, '-o', this.#path];
    return (port) => ['strace', ...flags, ...shell(port)];
  }

  [Symbol.dispose](): void {
    this.#output.destroy();
    rmSync(this.#folder, { recursive: true });
  }
}

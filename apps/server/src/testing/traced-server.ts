/** A server under strace(1), and the system calls that it made. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually, whyMissing } from '@concurrent-primes/fixtures';
import { expect, onTestFinished } from 'vitest';
import { ServerProcess } from './server-process.ts';

const DEADLINE_MS = 60_000;

/** Why servers can't be traced here; undefined if they can. */
export const NO_STRACE = whyMissing('strace', ['-f', '-e', 'trace=none', 'true']);

/** One system call, at its beginning. */
export interface Call {
  readonly thread: number;
  readonly name: string;
  readonly args: string;
}

/** A server under strace. */
export interface Traced {
  readonly server: ServerProcess;
  /** Stops the server and reads what it called. */
  calls(): Promise<Call[]>;
}

/** Starts a server under strace, for one test. */
export async function trace(...args: string[]): Promise<Traced> {
  const folder = mkdtempSync(join(tmpdir(), 'concurrent-primes-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  const file = join(folder, 'trace');
  const names = 'trace=select,pselect6,poll,ppoll,epoll_wait,accept4,recvfrom,sendto';
  // -D: strace is the server's child and not its parent, so that our signals reach the server.
  const strace = ['strace', '-D', '-f', '-q', '-xx', '-s', '4', '-e', names, '-e', 'signal=none', '-o', file];
  const server = await ServerProcess.listening([...args, '--port', '0'], strace);
  return {
    server,
    calls: async () => {
      expect((await server.stop()).code).toBe(0);
      const text = await eventually(
        () => {
          const written = readFileSync(file, 'utf8');
          expect(written).toMatch(new RegExp(`^${server.pid} +\\+{3} exited with 0 \\+{3}$`, 'm'));
          return written;
        },
        { deadlineMs: DEADLINE_MS },
      );
      // A line begins a call, or it goes on with `<... sendto resumed>`, which this does not match.
      return [...text.matchAll(/^(\d+) +(\w+)\((.*)$/gm)].map(([, thread, name, rest]) => ({
        thread: Number(thread),
        name: name!,
        args: rest!,
      }));
    },
  };
}

/** N of a refused client: each pool thread refuses one in its rehearsal. */
const REFUSAL = String.raw`"\xff\xff\xff\xff"`;

/** One `send(2)` to a client. */
export interface Send {
  readonly thread: number;
  readonly descriptor: number;
  /** The first 4 bytes, as an integer. */
  readonly value: number;
  readonly length: number;
}

/** The log is sent too, where stderr is a socket. */
const TO_LOG = '2, ';

/** Returns the sends to clients, in order. */
export function sends(calls: readonly Call[]): Send[] {
  return calls
    .filter(({ name, args }) => name === 'sendto' && !args.includes(REFUSAL) && !args.startsWith(TO_LOG))
    .map(({ thread, args }) => {
      const [, descriptor, bytes, length] = /^(\d+), "([^"]*)"(?:\.\.\.)?, (\d+), MSG_NOSIGNAL/.exec(args)!;
      const value = Number.parseInt(bytes!.replaceAll('\\x', ''), 16);
      return { thread, descriptor: Number(descriptor), value, length: Number(length) };
    });
}

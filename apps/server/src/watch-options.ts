/** The options that let people watch a server, for every architecture. */
import { UsageError, listeningPort, wholeNumber } from '@concurrent-primes/harness/terminal';
import type { Server } from '@concurrent-primes/server-core';
import { Option } from 'commander';
import type { WatchedServer } from './watch/watched-server.ts';

const MAX_SLOW_MS = 3_600_000;

/** Values of {@link watchOptions}. */
export interface WatchFlags {
  readonly trace: boolean;
  readonly greeting?: true;
  readonly watch?: 'page' | 'terminal';
  readonly watchPort?: number;
  readonly record?: string;
  readonly recordSlow?: number;
}

/** Returns the options. */
export function watchOptions(): Option[] {
  return [
    new Option('--watch [where]', 'show this server at work, hold it and step it: on a page, or in this terminal')
      .choices(['page', 'terminal'])
      .preset('page'),
    new Option(
      '--watch-port <port>',
      'port of that page on 127.0.0.1; implies --watch (default: a free one)',
    ).argParser(listeningPort),
    new Option('--record <file>', 'record what happens, for `lab replay`'),
    new Option(
      '--record-slow <ms>',
      'record the last seconds when a request takes longer, or a client waits longer for another one',
    ).argParser(wholeNumber(1, MAX_SLOW_MS)),
    new Option('--no-trace', 'write no events: nobody can watch this server'),
  ];
}

/** Begins to watch a server that runs. */
export type BeginWatching = (server: Server, failed: (error: Error) => void) => Promise<WatchedServer>;

/**
 * Returns how to watch a server.
 *
 * @returns undefined if nobody wants to
 * @throws UsageError if the flags contradict each other
 */
export function watchingOf(flags: WatchFlags): BeginWatching | undefined {
  const { trace, greeting, watch, watchPort, record, recordSlow } = flags;
  const pagePort = watchPort ?? (watch === 'page' ? 0 : undefined);
  const terminal = watch === 'terminal' ? { input: process.stdin, output: process.stdout } : undefined;
  if ([pagePort, record, recordSlow, terminal].every((one) => one === undefined)) return undefined;
  if (!trace) throw new UsageError('cannot watch or record without events: leave --no-trace out');
  if (terminal !== undefined && !(terminal.input.isTTY && terminal.output.isTTY)) {
    throw new UsageError('cannot watch in the terminal: stdin and stdout must be one; --watch alone serves a page');
  }
  return async (server, failed) => {
    // Loaded only when it is wanted: it takes longer than the start of a server.
    const { watchServer } = await import('./watch/watched-server.ts');
    try {
      return await watchServer(server, { pagePort, record, terminal, greeting: greeting ?? false }, failed);
    } catch (error) {
      throw usageErrorOf(error, record, pagePort);
    }
  };
}

function usageErrorOf(error: unknown, record: string | undefined, pagePort: number | undefined): unknown {
  const { code, syscall, message } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE') {
    return new UsageError(`cannot serve the page on port ${pagePort}: ${message}; choose another with --watch-port`);
  }
  if (syscall === 'open') return new UsageError(`cannot record to ${record}: ${message}`);
  return error;
}

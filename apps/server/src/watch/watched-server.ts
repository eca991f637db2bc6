/** Watching a running server: the live page, a recording in a file, and the flight recorder. */
import { Cleanup } from '@concurrent-primes/harness';
import { resolve } from 'node:path';
import type { Server } from '@concurrent-primes/server-core';
import {
  FileRecorder,
  type Terminal,
  TraceFeed,
  type Watchable,
  onStarvation,
  serveWatch,
  watchInTerminal,
  writeFlight,
} from '@concurrent-primes/watch';
import { AddedClients } from './added-clients.ts';

/** What to watch a server with. */
export interface WatchChoice {
  /** Port of the live page, 0 for a free one; undefined for no page. */
  readonly pagePort: number | undefined;
  /** File for the recording; undefined for none. */
  readonly record: string | undefined;
  /** Terminal in which the server is shown; undefined for none. */
  readonly terminal: Terminal | undefined;
  /** Whether the server greets its clients: those of the page expect it. */
  readonly greeting: boolean;
}

/** The most files of the flight recorder that one process writes. */
const MOST_FLIGHTS = 10;

/** A server that is watched. */
export interface WatchedServer extends AsyncDisposable {
  /**
   * Writes what the server did last into a new file in the current folder.
   *
   * @returns its path
   * @throws Error when it can't be written, or when there are enough such files
   */
  dump(): Promise<string>;
  /**
   * Looks for clients that wait for another one.
   *
   * @param limitMs - how long they may wait
   * @param starved - told which client waits, and for how long, once for each time without such clients
   * @returns ends that
   */
  onStarvation(limitMs: number, starved: (text: string) => void): () => void;
  /** Address of the page; undefined without one. */
  readonly url: string | undefined;
  /**
   * Shows the server in the terminal, if that was chosen.
   *
   * @returns resolves when the reader leaves; undefined without a terminal
   */
  showInTerminal(signal: AbortSignal): Promise<void> | undefined;
}

/**
 * Returns the events and the gate of a server.
 *
 * @throws Error if it has no events
 */
export function watchableOf({ trace, gate }: Server): Watchable {
  if (trace === undefined) throw new Error('cannot watch this server: it needs events and at most 1022 threads');
  return { trace, gate };
}

/**
 * Begins to watch a running server.
 *
 * @param server - the server
 * @param choice - page, recording, both, or neither: then only what happened last can be written
 * @param failed - called when the recording can't be written any more
 * @throws Error with a code when the port is taken or the file can't be written
 */
export async function watchServer(
  server: Server,
  { pagePort, record, terminal, greeting }: WatchChoice,
  failed: (error: Error) => void,
): Promise<WatchedServer> {
  const watchable = watchableOf(server);
  const feed = new TraceFeed(watchable.trace);
  await using begun = new Cleanup();
  if (record !== undefined) {
    const recorder = await FileRecorder.begin(feed, record, failed);
    begun.defer(() => recorder.close());
  }
  let url: string | undefined;
  if (pagePort !== undefined) {
    const clients = begun.use(new AddedClients({ host: server.host, port: server.port, greeting }));
    const page = begun.use(await serveWatch([watchable], { port: pagePort, clients, feeds: [feed] }));
    ({ url } = page);
  }
  const all = begun.move();
  let flights = 0;
  return {
    url,
    async dump() {
      if (flights >= MOST_FLIGHTS) throw new Error(`there are ${MOST_FLIGHTS} files already`);
      flights += 1;
      const path = resolve(`flight-${server.port}-${process.pid}-${flights}.cpr`);
      await writeFlight(feed, path);
      return path;
    },
    showInTerminal: (signal) => terminal && watchInTerminal({ feed, gate: watchable.gate, terminal, signal }),
    onStarvation: (limitMs, starved) => onStarvation(feed, limitMs, starved),
    [Symbol.asyncDispose]: () => all[Symbol.asyncDispose](),
  };
}

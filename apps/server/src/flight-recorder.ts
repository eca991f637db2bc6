/**
 * The flight recorder: the server writes what it did last into a file, as an aircraft's recorder would have it, when
 * somebody asks (SIGUSR2), when a request was slow or a client starves (`--record-slow`), and when the server fails.
 */
import type { ClientReport, Server } from '@concurrent-primes/server-core';
import type { Logger } from 'pino';
import type { WatchedServer } from './watch/watched-server.ts';

/** After a file for a slow request, the next one comes at the earliest after this time: it holds the last seconds. */
const PAUSE_MS = 10_000;

/** What a flight recorder works with. */
export interface FlightOptions {
  /** The server's watcher, if somebody watches it already. */
  readonly watched: WatchedServer | undefined;
  /** Requests that take longer, and clients that wait longer for another one, are worth a file; undefined: none is. */
  readonly slowMs: number | undefined;
}

/** Writes what a server did last. */
export class FlightRecorder implements Disposable {
  readonly #server: Server;
  readonly #log: Logger;
  readonly #slowMs: number;
  #watching: Promise<WatchedServer> | undefined;
  #quietUntilMs = 0;
  readonly #undo: (() => void)[] = [];

  /**
   * @param server - the server
   * @param log - says where the files are
   * @param options - see {@link FlightOptions}
   */
  constructor(server: Server, log: Logger, { watched, slowMs }: FlightOptions) {
    this.#server = server;
    this.#log = log;
    this.#slowMs = slowMs ?? Infinity;
    this.#watching = watched === undefined ? undefined : Promise.resolve(watched);
    const onSignal = (): void => void this.#write('SIGUSR2');
    process.on('SIGUSR2', onSignal);
    this.#undo.push(() => process.off('SIGUSR2', onSignal));
    if (watched === undefined || slowMs === undefined) return;
    this.#undo.push(
      watched.onStarvation(slowMs, (text) => {
        this.#writeUnlessRecent(text);
      }),
    );
  }

  /** An exchange has ended. */
  noteExchange({ durationMs, queuedMs, client }: ClientReport): void {
    const ms = durationMs + queuedMs;
    if (ms > this.#slowMs) this.#writeUnlessRecent(`a request of ${client} took ${(ms / 1000).toFixed(2)} s`);
  }

  /** The server has failed; resolves when the file is written. */
  async noteFailure(): Promise<void> {
    if (this.#server.trace !== undefined) await this.#write('the server has failed');
  }

  [Symbol.dispose](): void {
    for (const undo of this.#undo.splice(0)) undo();
  }

  #writeUnlessRecent(reason: string): void {
    const nowMs = performance.now();
    if (nowMs < this.#quietUntilMs) return;
    this.#quietUntilMs = nowMs + PAUSE_MS;
    void this.#write(reason);
  }

  async #write(reason: string): Promise<void> {
    try {
      this.#watching ??= watchQuietly(this.#server);
      const path = await (await this.#watching).dump();
      this.#log.info(`${reason}: ${path} has what the server did last; open it with \`lab replay\``);
    } catch (error) {
      this.#log.warn(`${reason}: cannot write what the server did last: ${(error as Error).message}`);
    }
  }
}

/** Reads the server's events only for the file. The code for it is loaded when it is needed. */
async function watchQuietly(server: Server): Promise<WatchedServer> {
  const { watchServer } = await import('./watch/watched-server.ts');
  return await watchServer(
    server,
    { pagePort: undefined, record: undefined, terminal: undefined, greeting: false },
    () => undefined,
  );
}

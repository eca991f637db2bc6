/**
 * What a server's clients see of it, in lines of text: for a server that can't be watched itself. It says only what the
 * clients know. Why one of them waits, only the server knows.
 */
import type { BeforeAct } from '@concurrent-primes/server/watch';

/** Time between two summaries of waits. */
const SUMMARY_EVERY_MS = 2000;
/** A wait that is worth a line. */
const LONG_MS = 1000;
/** Clients that a summary names. */
const MOST_NAMED = 8;

/** A client that has asked and has not been served. */
interface Waiting {
  readonly sinceMs: number;
}

/** Tells what clients do, and which of them wait for the server. */
export class SeenByClients implements Disposable {
  readonly #names: readonly string[];
  readonly #write: (line: string) => void;
  readonly #now: () => number;
  readonly #beganMs: number;
  readonly #waiting = new Map<number, Waiting>();
  readonly #timer: NodeJS.Timeout;

  /**
   * @param names - the kind of each client, in order
   * @param write - takes a line
   * @param now - milliseconds of a clock
   */
  constructor(names: readonly string[], write: (line: string) => void, now = () => performance.now()) {
    this.#names = names;
    this.#write = write;
    this.#now = now;
    this.#beganMs = now();
    this.#timer = setInterval(() => {
      this.summarize();
    }, SUMMARY_EVERY_MS).unref();
  }

  /** What a client does before each act: it tells. */
  before(client: number): BeforeAct {
    return (act) => {
      this.#tell(`${this.#nameOf(client)} ${act}`);
      if (act === 'sends its request') this.#waiting.set(client, { sinceMs: this.#now() });
      return Promise.resolve();
    };
  }

  /**
   * A client's visit is over.
   *
   * @param how - how it ended, in a few words
   */
  left(client: number, how: string): void {
    const waiting = this.#waiting.get(client);
    this.#waiting.delete(client);
    const after = waiting === undefined ? '' : `, after ${secondsOf(this.#now() - waiting.sinceMs)}`;
    this.#tell(`${this.#nameOf(client)} ${how}${after}`);
  }

  /** Tells which clients have waited long. */
  summarize(): void {
    const long = [...this.#waiting].filter(([, { sinceMs }]) => this.#now() - sinceMs >= LONG_MS);
    if (long.length === 0) return;
    const named = long
      .slice(0, MOST_NAMED)
      .map(([client, { sinceMs }]) => `${client + 1} (${secondsOf(this.#now() - sinceMs)})`);
    const more = long.length > MOST_NAMED ? ` and ${long.length - MOST_NAMED} more` : '';
    const who = long.length === 1 ? '1 client waits for its answer' : `${long.length} clients wait for their answers`;
    this.#tell(`${who}: ${named.join(', ')}${more}`);
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }

  #nameOf(client: number): string {
    return `client ${client + 1} (${this.#names[client]!})`;
  }

  #tell(text: string): void {
    this.#write(`${secondsOf(this.#now() - this.#beganMs).padStart(8)}  ${text}\n`);
  }
}

function secondsOf(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

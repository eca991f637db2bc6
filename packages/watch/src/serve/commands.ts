/** Obeys the commands of pages, and lets the server go when the last page is gone. */
import * as v from 'valibot';
import type { AddableClient, Command } from '../messages.ts';
import type { WatchedGate } from './watchable.ts';

/** Clients that a page can add. */
export interface Clients {
  readonly kinds: readonly AddableClient[];
  /**
   * Starts a client.
   *
   * @returns how it ended, in a few words
   */
  add(name: string, interval: readonly [a: number, b: number]): Promise<string>;
}

const MIN_INT32 = -(2 ** 31);
const MAX_INT32 = 2 ** 31 - 1;
const int32 = v.pipe(v.number(), v.integer(), v.minValue(MIN_INT32), v.maxValue(MAX_INT32));

/** The most turns a second that a page can ask for. */
const MOST_PER_SECOND = 1000;

const COMMAND = v.variant('do', [
  v.strictObject({ do: v.literal('hold') }),
  v.strictObject({ do: v.literal('run') }),
  v.strictObject({ do: v.literal('step'), what: v.picklist(['turn', 'call']) }),
  v.strictObject({
    do: v.literal('slow'),
    perSecond: v.pipe(v.number(), v.gtValue(0), v.maxValue(MOST_PER_SECOND)),
  }),
  v.strictObject({ do: v.literal('add'), client: v.string(), interval: v.tuple([int32, int32]) }),
]);

/**
 * Parses a command.
 *
 * @throws Error for a text that is no command
 */
export function parseCommand(text: string): Command {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Error('a command must be JSON');
  }
  const result = v.safeParse(COMMAND, value);
  if (result.success) return result.output;
  const [issue] = result.issues;
  throw new Error(`a command must be one of messages.ts: ${v.getDotPath(issue) ?? 'do'}: ${issue.message}`);
}

/** Performs commands on the gates of the servers that are shown together. */
export class Control {
  readonly #gates: readonly WatchedGate[];
  readonly #clients: Clients;
  readonly #releaseAfterMs: number;
  #pages = 0;
  #closed = false;
  #release: NodeJS.Timeout | undefined;

  /**
   * @param gates - of the servers, which are held and stepped together
   * @param clients - what can be added
   * @param releaseAfterMs - time from the loss of the last page until held servers run again
   */
  constructor(gates: readonly WatchedGate[], clients: Clients, releaseAfterMs: number) {
    this.#gates = gates;
    this.#clients = clients;
    this.#releaseAfterMs = releaseAfterMs;
  }

  /** A page has come. */
  join(): void {
    this.#pages += 1;
    clearTimeout(this.#release);
  }

  /** A page is gone. Held servers run again if no other one comes in time: nobody could let them go. */
  leave(): void {
    this.#pages -= 1;
    if (this.#pages > 0 || this.#closed) return;
    this.#release = setTimeout(() => {
      this.run();
    }, this.#releaseAfterMs).unref();
  }

  /** Lets the servers run for good. */
  close(): void {
    this.#closed = true;
    this.run();
  }

  /** Lets the servers run. */
  run(): void {
    clearTimeout(this.#release);
    for (const gate of this.#gates) gate.run();
  }

  /**
   * Performs a command.
   *
   * @returns for an added client, how it ended
   * @throws Error if it can't be performed
   */
  async perform(command: Command): Promise<string | undefined> {
    switch (command.do) {
      case 'hold':
        for (const gate of this.#gates) gate.hold();
        return undefined;
      case 'step':
        for (const gate of this.#gates) step(gate, command.what);
        return undefined;
      case 'slow':
        for (const gate of this.#gates) gate.slow(command.perSecond);
        return undefined;
      case 'run':
        this.run();
        return undefined;
      case 'add': {
        const { client, interval } = command;
        const known = this.#clients.kinds.map(({ name }) => name);
        if (!known.includes(client)) {
          throw new Error(`a client must be one of ${known.join(', ') || 'none'}, got ${client}`);
        }
        return this.#clients.add(client, interval);
      }
    }
  }
}

function step(gate: WatchedGate, what: 'turn' | 'call'): void {
  // A server that runs is held first; stepping goes on from there.
  if (gate.mode === 'run') gate.hold();
  else gate.step(what);
}

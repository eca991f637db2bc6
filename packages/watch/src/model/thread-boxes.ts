/** A pool with many threads: a box for each thread, and a box for each place in the queue. */
import { clientName, type State } from '@concurrent-primes/trace';
import { threadName } from './calls.ts';
import type { Standings } from './standing.ts';

/** One thread. */
export interface ThreadBox {
  readonly name: string;
  /** Its client by ordinal. */
  readonly client: number | undefined;
  readonly text: string;
  readonly look: 'free' | 'runs' | 'send' | 'recv' | 'unknown';
}

/** The queue and what stands before it. */
export interface QueueBoxes {
  readonly length: number;
  readonly capacity: number;
  /** Microseconds that each client in the queue has waited, first in line first. */
  readonly waitedUs: readonly number[];
  readonly clients: readonly number[];
  readonly hand: string | undefined;
  readonly backlog: { readonly length: number; readonly maximum: number };
}

/** The threads of a pool. */
export function threadBoxesOf(state: State, standings: Standings): readonly ThreadBox[] {
  const calls = new Map(standings.present.map(({ client }) => [client.ordinal, client.call?.name]));
  return state.threads
    .filter(({ info }) => info.role === 'pool')
    .map((thread) => {
      const { client, known, blocked } = thread;
      const call = client === undefined ? undefined : (blocked?.call ?? calls.get(client));
      return {
        name: threadName(thread),
        client,
        text: client === undefined ? '' : clientName(client),
        look: !known
          ? 'unknown'
          : client === undefined
            ? 'free'
            : call === 'send'
              ? 'send'
              : call === 'recv'
                ? 'recv'
                : 'runs',
      } as const;
    });
}

/** The queue of a pool. */
export function queueBoxesOf(state: State, standings: Standings): QueueBoxes {
  const waits = new Map(
    standings.present.map(({ client, waiting }) => [client.ordinal, state.timeUs - waiting.sinceUs]),
  );
  return {
    length: state.queue.length,
    capacity: state.server.options.queueCapacity ?? state.queue.length,
    waitedUs: state.queue.map((ordinal) => waits.get(ordinal) ?? 0),
    clients: [...state.queue],
    hand: state.hand === undefined ? undefined : clientName(state.hand),
    backlog: { ...state.backlog },
  };
}

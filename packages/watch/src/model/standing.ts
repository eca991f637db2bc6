/** All present clients with what each waits for, computed once for a picture. */
import {
  type ClientState,
  clientName,
  type State,
  stuckInBacklog,
  type Waiting,
  type WaitingKind,
  waitingOf,
} from '@concurrent-primes/trace';
import { list, number } from './words.ts';

/** A client and what it waits for. */
export interface Standing {
  readonly client: ClientState;
  readonly waiting: Waiting;
}

/** What each client of a state waits for. */
export class Standings {
  /** Present clients in order of arrival. */
  readonly present: readonly Standing[];
  /** Clients that have left and are still shown. */
  readonly gone: readonly Standing[];
  /** Connections in the kernel that wait for the accept thread, which waits for the queue. */
  readonly stuckInBacklog: number;

  /** @param state - the state */
  constructor(state: State) {
    const all = [...state.clients.values()].map((client) => ({ client, waiting: waitingOf(state, client) }));
    this.present = all.filter(({ client }) => client.place !== 'gone');
    this.gone = all.filter(({ client }) => client.place === 'gone');
    this.stuckInBacklog = stuckInBacklog(state);
  }

  /** The present clients that wait in this way. */
  of(kind: WaitingKind): Standing[] {
    return this.present.filter(({ waiting }) => waiting.kind === kind);
  }
}

/** The most sockets that a sentence names; it counts more. */
export const MOST_NAMES = 3;

/** Names up to three clients, or counts them: `s1 and s2`, `31 clients`. */
export function namesOf(ordinals: readonly number[], noun = 'clients'): string {
  if (ordinals.length > MOST_NAMES) return `${number(ordinals.length)} ${noun}`;
  return list(ordinals.map(clientName));
}

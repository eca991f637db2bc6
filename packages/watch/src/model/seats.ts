/**
 * The seats: one for each socket, at the place of its bit in select's `fd_set`, which is its descriptor.
 *
 * With one loop a client's slot is its descriptor. Servers whose sockets have no known descriptor get seats by slot.
 */
import type { State } from '@concurrent-primes/trace';
import { currentThread } from './calls.ts';
import type { Standings } from './standing.ts';

/** How a seat looks. */
export const SEAT = { free: 0, idle: 1, recv: 2, send: 3, due: 4, another: 5, unknown: 6, work: 7 } as const;

/** All seats. */
export interface Seats {
  /** The look of each seat, one of {@link SEAT}. */
  readonly looks: Uint8Array;
  /** The client in each seat, by ordinal; 0 for none. */
  readonly clients: Uint32Array;
  /** The seats that have been longest without a call. */
  readonly oldest: readonly number[];
  /** Seats in a line. */
  readonly columns: number;
}

/** The number of bits in an `fd_set`. */
export const FD_SETSIZE = 1024;

/** While all sockets are among these, only the first part of the set is shown, and larger. */
const FEW_SEATS = 256;

/** The most of the oldest seats that are marked. */
const MARKED = 12;

/** The seats of a state. */
export function seatsOf(state: State, { present }: Standings): Seats {
  const highest = present.reduce((most, { client }) => Math.max(most, client.descriptor ?? client.slot), 0);
  const isSet = state.server.name === 'select';
  const count =
    isSet && highest >= FEW_SEATS ? Math.max(FD_SETSIZE, highest + 1) : Math.max(FEW_SEATS / 4, highest + 1);
  const columns = count > 2 * FD_SETSIZE ? 64 : count > FEW_SEATS ? 32 : 16;
  const rounded = Math.ceil(count / columns) * columns;
  const looks = new Uint8Array(rounded);
  const clients = new Uint32Array(rounded);
  const seatOf = new Map<number, number>();
  for (const { client, waiting } of present) {
    const seat = client.descriptor ?? client.slot;
    seatOf.set(client.ordinal, seat);
    clients[seat] = client.ordinal;
    looks[seat] =
      waiting.kind === 'another'
        ? SEAT.another
        : waiting.kind === 'unknown'
          ? SEAT.unknown
          : waiting.kind === 'in-turn'
            ? SEAT.due
            : SEAT.idle;
  }
  for (const { kind, client } of currentThread(state)?.calls ?? []) {
    const seat = seatOf.get(client);
    if (seat === undefined || looks[seat] === SEAT.another) continue;
    if (kind === 'send') looks[seat] = SEAT.send;
    else if (kind === 'recv' || kind === 'accept') looks[seat] = SEAT.recv;
    else if (kind === 'work') looks[seat] = SEAT.work;
  }
  const oldest = present
    .filter(({ waiting }) => waiting.kind === 'itself' || waiting.kind === 'another')
    .sort((one, other) => one.waiting.sinceUs - other.waiting.sinceUs)
    .slice(0, Math.max(1, Math.min(MARKED, Math.round(present.length / 40))))
    .map(({ client }) => client.descriptor ?? client.slot);
  return { looks, clients, oldest, columns };
}

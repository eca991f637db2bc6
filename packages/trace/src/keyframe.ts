/** Copies of a state: in memory, and as JSON in a recording. */
import type { Cell, ClientState, Column, ServerInfo, State } from './state.ts';

/** Returns a copy that later events don't change. Columns that are over are shared. */
export function copyState(state: State): State {
  return {
    ...state,
    gate: { ...state.gate },
    threads: state.threads.map((thread) => ({
      ...thread,
      inready: [...thread.inready],
      outready: [...thread.outready],
      calls: [...thread.calls],
      snapshot: thread.snapshot && { seen: [...thread.snapshot.seen], numbers: [...thread.snapshot.numbers] },
    })),
    clients: new Map(Array.from(state.clients, ([ordinal, client]) => [ordinal, { ...client }])),
    queue: [...state.queue],
    slots: new Map(state.slots),
    queueItems: { ...state.queueItems },
    history: copyHistory(state),
    totals: { ...state.totals },
    mismatches: [...state.mismatches],
  };
}

/** Loops take turns at the same time: any column since the last one of each thread may still change. */
function copyHistory({ history, threads }: State): Column[] {
  const open = new Set<number>(threads.map(({ info }) => history.findLastIndex(({ thread }) => thread === info.index)));
  open.add(history.length - 1);
  return history.map((column, index) => (open.has(index) ? { ...column } : column));
}

/** A state as JSON can hold it. */
export interface PackedState {
  readonly state: Omit<State, 'server' | 'clients' | 'slots' | 'history'>;
  readonly clients: readonly ClientState[];
  readonly slots: readonly (readonly [key: number, ordinal: number])[];
  readonly history: readonly PackedColumn[];
}

/** A column as JSON can hold it. */
export interface PackedColumn {
  readonly column: Omit<Column, 'cells'>;
  readonly cells: readonly (readonly [ordinal: number, cell: Cell])[] | undefined;
}

/** Returns a state as JSON can hold it. */
export function packState(state: State): PackedState {
  const { clients, slots, history } = state;
  // The header has the server.
  const rest = Object.entries(state).filter(([name]) => !['server', 'clients', 'slots', 'history'].includes(name));
  return {
    state: Object.fromEntries(rest) as unknown as PackedState['state'],
    clients: [...clients.values()],
    slots: [...slots],
    history: history.map(({ cells, ...column }) => ({ column, cells: cells && [...cells] })),
  };
}

/**
 * Returns a state that was packed, also by way of JSON.
 *
 * @param packed - what {@link packState} returned
 * @param server - the server
 */
export function unpackState({ state, clients, slots, history }: PackedState, server: ServerInfo): State {
  return copyState({
    ...state,
    server,
    // JSON has no undefined: what is absent is undefined.
    hand: state.hand,
    clients: new Map(clients.map((client) => [client.ordinal, client])),
    slots: new Map(slots),
    history: history.map(({ column, cells }) => ({
      ...column,
      durationUs: column.durationUs,
      cells: cells && new Map(cells),
    })),
  });
}

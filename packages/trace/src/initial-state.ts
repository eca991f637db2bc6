/** The state before the first event, and new parts of a state. */
import type { ClientState, Place, ServerInfo, State, ThreadInfo, ThreadRole, ThreadState } from './state.ts';

/**
 * Returns the state of a server that has just started.
 *
 * @param server - description of the server
 */
export function initialState(server: ServerInfo): State {
  return {
    server,
    position: 0,
    step: 0,
    timeUs: 0,
    realUs: 0,
    order: 'run',
    gate: { mode: 'run', sinceRealUs: 0, heldUs: 0, known: true },
    threads: server.threads.map(initialThread),
    clients: new Map(),
    queue: [],
    hand: undefined,
    backlog: { length: 0, maximum: 0 },
    slots: new Map(),
    queueItems: { put: 0, taken: 0 },
    complete: true,
    lost: 0,
    history: [],
    totals: {
      events: 0,
      turns: 0,
      accepted: 0,
      closed: 0,
      sums: 0,
      recvs: 0,
      sends: 0,
      bytesIn: 0,
      bytesOut: 0,
      refused: 0,
      expired: 0,
    },
    mismatchCount: 0,
    mismatches: [],
  };
}

/** Returns a thread that has done nothing yet. */
export function initialThread(info: ThreadInfo): ThreadState {
  return {
    info,
    known: true,
    turn: 0,
    quantumBytes: 0,
    turnUs: 0,
    lastTurnUs: undefined,
    inready: [],
    outready: [],
    s0Ready: false,
    calls: [],
    blocked: undefined,
    atGate: undefined,
    gateSinceRealUs: 0,
    client: undefined,
    lastTaken: 0,
    lost: 0,
    snapshot: undefined,
  };
}

/**
 * Describes a thread by what a `THREAD` event says.
 *
 * @param index - its number in events
 * @param number - its number among the threads of its role; 0 if there is only one
 */
export function threadInfo(index: number, role: ThreadRole, number: number): ThreadInfo {
  return { index, role, name: number === 0 ? role : `${role}-${number}` };
}

/** Where a client is that nothing else is known of. */
export interface ClientPlace {
  readonly ordinal: number;
  readonly place: Place;
  readonly thread: number;
  readonly slot: number;
}

/**
 * Returns a client that has said nothing yet.
 *
 * @param at - where it is
 * @param timeUs - the time
 * @param turn - the turn of its thread
 */
export function initialClient(at: ClientPlace, timeUs: number, turn: number): ClientState {
  return {
    ...at,
    known: true,
    descriptor: undefined,
    port: 0,
    acceptedUs: timeUs,
    placedUs: timeUs,
    closedUs: undefined,
    acceptedTurn: turn,
    stage: 'request',
    bytesGot: 0,
    interval: undefined,
    count: undefined,
    bytesSent: 0,
    sum: undefined,
    exchange: 1,
    refusal: undefined,
    outcome: undefined,
    interest: 'none',
    readyTurn: 0,
    readySinceUs: 0,
    readySinceTurn: 0,
    lastCallTurn: 0,
    lastCallUs: undefined,
    snapshotTurn: -1,
    call: undefined,
  };
}

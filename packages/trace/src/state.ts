/**
 * The state of a server as a reader of its events knows it. `fold.ts` computes it; everything that is shown comes from it.
 *
 * Times are microseconds since the server started, on the server's own clock: the time during which the gate held the
 * server is taken out. Clients have a lasting name, the ordinal: 1 for the first client of the server.
 */
import type { CallName, THREAD_ROLES } from './events.ts';

/** What a thread of a server does. */
export type ThreadRole = (typeof THREAD_ROLES)[number];

/** A thread, as the server describes it. */
export interface ThreadInfo {
  /** Its number in events. */
  readonly index: number;
  readonly name: string;
  readonly role: ThreadRole;
}

/** A phase of the conversation, with its time limit. */
export interface PhaseInfo {
  readonly name: string;
  readonly timeoutMs: number;
}

/** What doesn't change while a server runs. */
export interface ServerInfo {
  /**
   * How it serves: one thread for many clients, a thread for each, or callbacks of Node's event loop. `clients`: nobody sees
   * the server, so the events tell what its clients see. Then `RECV` is what a client has sent, and `SEND` what has reached
   * it.
   */
  readonly architecture: 'loop' | 'pool' | 'net' | 'clients';
  /** The name that people use: `select`, `poll`, `epoll`, `pool`, `net`. */
  readonly name: string;
  /** How it serves, in a few words; default: by its architecture. */
  readonly summary?: string;
  readonly host: string;
  readonly port: number;
  /** Threads that are known from the start; `THREAD` events tell of others. */
  readonly threads: readonly ThreadInfo[];
  readonly phases: readonly PhaseInfo[];
  /** Outcomes of exchanges. */
  readonly outcomes: readonly string[];
  /** Options of the server, of its architecture and of its sessions, as far as they are plain values. */
  readonly options: ServerOptionValues;
}

/** Options that a picture needs; absent ones don't apply to the architecture. */
export interface ServerOptionValues {
  readonly quantumBytes?: number;
  readonly quantumAloneBytes?: number;
  readonly loops?: number;
  readonly threads?: number;
  readonly queueCapacity?: number;
  /** Whether a thread, or a process, starts with each client, so that none is ever free. */
  readonly threadPerClient?: boolean;
  readonly maxClients?: number;
  readonly backlog?: number;
  /** Whether each connection begins with a byte of greeting. */
  readonly greeting?: boolean;
  readonly [name: string]: string | number | boolean | undefined;
}

/** The part of a conversation that a client is in. */
export type Stage =
  /** Bytes of a request are missing, perhaps all of them. */
  | 'request'
  /** The request is whole, N isn't known. */
  | 'counting'
  /** N and the primes are sent. */
  | 'answer'
  /** All is sent; bytes of the sum are missing, perhaps all of them. */
  | 'sum'
  /** The sum has come; no byte of a next request has. The last exchange is still shown. */
  | 'done'
  /** The client is refused: the refusal is sent, then what arrives is discarded. */
  | 'refused';

/** Where a client is. */
export type Place =
  /** Served by a loop, or by Node's event loop. */
  | 'loop'
  /** In the accept thread: it can't put it into the full queue, or no loop has taken it over yet. */
  | 'hand'
  /** In the queue of the pool. */
  | 'queue'
  /** Has a thread of the pool. */
  | 'thread'
  /** Connected to a server that nobody sees. */
  | 'outside'
  | 'gone';

/** How an interest looks to the selector. */
export type Interest = 'none' | 'read' | 'write';

/** One client. */
export interface ClientState {
  /** Its lasting name, from 1; above 2^31 for clients that the accept thread of a pool has refused. */
  readonly ordinal: number;
  /** False after lost events, until the server describes the client again: all below is the last that was known. */
  known: boolean;
  /** Thread that serves it or, before that, accepted it. */
  thread: number;
  /** Its slot in the events of that thread. In a loop it is the descriptor. */
  slot: number;
  /** Descriptor of its socket; undefined if it isn't known, as in the net server. */
  descriptor: number | undefined;
  /** Port of the client; 0 if it isn't known. */
  port: number;
  place: Place;
  /** When it was accepted, or first seen. */
  acceptedUs: number;
  /** When it came to its place. */
  placedUs: number;
  /** When it was closed. */
  closedUs: number | undefined;
  /** The turn in which it was accepted, or first seen. */
  acceptedTurn: number;

  stage: Stage;
  /** Bytes of the message that is due, the request or the sum; or of a next request that came early. */
  bytesGot: number;
  /** The interval [a, b] of the exchange, or of the last one while `stage` is `done`. */
  interval: readonly [a: number, b: number] | undefined;
  /** N. */
  count: number | undefined;
  /** Bytes of the exchange that the kernel took: 4 for N and for each prime, and a byte of greeting. */
  bytesSent: number;
  sum: 'right' | 'wrong' | undefined;
  /** Number of the exchange on this connection, from 1. */
  exchange: number;
  /** Why it was refused. */
  refusal: 'busy' | 'shutting-down' | 'too-slow' | 'too-wide' | undefined;
  /** How its last reported exchange ended, once it is closed. */
  outcome: string | undefined;

  /** What the selector watches its socket for; `none` in the pool. */
  interest: Interest;
  /** The turn whose select reported its socket as ready; 0 for never. */
  readyTurn: number;
  /** When the first of the reports began that no call has followed; counts only if `readyTurn` is the current turn. */
  readySinceUs: number;
  /** The turn of that report; 0 if a call has followed. */
  readySinceTurn: number;
  /** The turn of its last call; 0 for none. */
  lastCallTurn: number;
  /** Time of its last call; undefined for none. */
  lastCallUs: number | undefined;
  /** The turn in which a snapshot made it known again: its calls in that turn aren't known. -1 for none. */
  snapshotTurn: number;
  /** The call that its thread is in for it, which may block, and since when. */
  call: { readonly name: CallName; readonly sinceUs: number; readonly bytes: number } | undefined;
}

/** A call that was made in the current turn, or in the current step of a pool. */
export interface CallState {
  readonly kind: 'accept' | 'recv' | 'send' | 'work' | 'put' | 'take' | 'refuse' | 'expire' | 'close';
  readonly client: number;
  readonly thread: number;
  /** Bytes that arrived or that the kernel took; 0 for the end of the client's sending. */
  readonly bytes: number;
  /** Bytes asked for or offered. */
  readonly asked: number;
  /** Before the call: bytes of the message, or bytes sent in the exchange. */
  readonly before: number;
  readonly result: 'done' | 'end' | 'would-block' | 'lost';
  readonly timeUs: number;
  /** Whether a send came without a report of the selector: the first one of an answer. */
  readonly unasked: boolean;
}

/** One thread of the server. */
export interface ThreadState {
  readonly info: ThreadInfo;
  /** False after lost events, until the next snapshot of the thread. */
  known: boolean;
  /** Number of the turn, from 1; 0 before the first one. */
  turn: number;
  /** Most bytes that this turn sends to one client. */
  quantumBytes: number;
  /** When the turn began. */
  turnUs: number;
  /** How long the last complete turn took; undefined if it isn't known. */
  lastTurnUs: number | undefined;
  /** Clients whose sockets are readable in this turn, by ordinal. */
  inready: number[];
  /** Clients whose sockets are writable in this turn, by ordinal. */
  outready: number[];
  /** Whether the listening socket is readable in this turn. */
  s0Ready: boolean;
  /** Calls of this turn; in a pool, calls of the last step of this thread. */
  calls: CallState[];
  /** What it is in: the call that it has entered; undefined while it runs. */
  blocked: { readonly call: CallName; readonly sinceUs: number; readonly client: number | undefined } | undefined;
  /** Whether it waits at the closed gate: before a turn, or inside one before a call; in a pool, before a call. */
  atGate: 'before a turn' | 'inside a turn' | undefined;
  /** Since when it waits there, in real time. */
  gateSinceRealUs: number;
  /** The client that a pool thread serves, by ordinal. */
  client: number | undefined;
  /** The last client that a pool thread has told to have taken, by ordinal; 0 for none. */
  lastTaken: number;
  /** Events that were lost. */
  lost: number;
  /** The snapshot that is being read: clients described, and the numbers of the next one. For the fold itself. */
  snapshot: { readonly seen: number[]; readonly numbers: number[] } | undefined;
}

/** What a client waits for, or that it is being served; computed by `waitingOf`. */
export type WaitingKind = 'served' | 'in-turn' | 'itself' | 'another' | 'gone' | 'unknown';

/** Why a client waits. */
export type WaitingReason =
  /** Bytes of its request are missing; all: it hasn't asked. */
  | 'request'
  /** It isn't reading: the kernel's buffer is full. */
  | 'reading'
  /** Bytes of its sum are missing. */
  | 'sum'
  /** Its sum has come; it hasn't closed or asked again. */
  | 'close'
  /** It was refused, and hasn't closed. */
  | 'farewell'
  /** Its socket is ready and no call came yet: the loop serves others. */
  | 'loop'
  /** Its count or its next primes are being computed. */
  | 'computing'
  /** In the queue: all threads have clients. */
  | 'thread'
  /** In the queue, and a thread is free. */
  | 'taken-next'
  /** In the accept thread: the queue is full. */
  | 'queue'
  /** It has asked, and the rest of its answer has not reached it. Why, only the server knows. */
  | 'server'
  | 'none';

/** What a client waits for. */
export interface Waiting {
  readonly kind: WaitingKind;
  readonly reason: WaitingReason;
  /** Bytes of its message that are missing, for the reasons `request` and `sum`; otherwise 0. */
  readonly missingBytes: number;
  /** Since when, on the server's clock. */
  readonly sinceUs: number;
  /** Turns since its last call; 0 in the pool. */
  readonly turns: number;
}

/** Bits of what was done for a client in a column. */
export const ACTS = {
  accept: 1,
  recv: 2,
  send: 4,
  take: 8,
  close: 16,
  work: 32,
  put: 64,
  refuse: 128,
  expire: 256,
} as const;

/** How one client stands in a column. */
export interface Cell {
  /** Sum of {@link ACTS}. */
  readonly acts: number;
  readonly waiting: WaitingKind;
  /** `thread`: it has a thread; `blocked`: its thread is blocked in a call for it. */
  readonly band: 'none' | 'thread' | 'blocked';
  /** Thread that it has; undefined in a loop. */
  readonly thread: number | undefined;
}

/**
 * A column of the history: a turn of a loop, a call of a pool or of Node's event loop, or missing events: lost ones, or
 * some that were left out because there were more than anybody can read.
 */
export interface Column {
  readonly kind: 'turn' | 'call' | 'lost' | 'left-out';
  /** Number of the column, from 1: the step that it shows. */
  readonly step: number;
  readonly thread: number;
  /** Number of the turn; 0 in a pool. */
  readonly turn: number;
  /** When it began. */
  timeUs: number;
  /** How long it took: the turn, or the time until the next step. Undefined while it isn't over. */
  durationUs: number | undefined;
  /** Position of its first event. */
  readonly position: number;
  /** Number of calls by kind, also when `cells` is undefined. */
  accepts: number;
  recvs: number;
  sends: number;
  closes: number;
  /** Missing events, in a column of kind `lost` or `left-out`. */
  readonly lost: number;
  /** Connections in the backlog. */
  backlog: number;
  /** How each client stands, by ordinal; undefined while more than {@link MAX_CELLS} clients are there. */
  cells: ReadonlyMap<number, Cell> | undefined;
}

/** Columns show each client up to this number of clients. */
export const MAX_CELLS = 64;

/** Columns that a state keeps. */
export const MAX_COLUMNS = 160;

/** Clients that have left and that a state still shows. */
export const MAX_GONE = 12;

/** A difference between a snapshot of the server and the fold. It is a fault of this program. */
export interface Mismatch {
  readonly position: number;
  readonly client: number;
  readonly field: string;
  readonly folded: string;
  readonly reported: string;
}

/** Counts since the recording began. */
export interface Totals {
  events: number;
  turns: number;
  accepted: number;
  closed: number;
  /** Exchanges that ended with a right or wrong sum. */
  sums: number;
  recvs: number;
  sends: number;
  bytesIn: number;
  bytesOut: number;
  refused: number;
  expired: number;
}

/** The state of a server at one position of its events. */
export interface State {
  readonly server: ServerInfo;
  /** Number of events that were folded. */
  position: number;
  /** Number of the step (column) that the state is in; 0 before the first one. */
  step: number;
  /** Time of the last event, on the server's clock. */
  timeUs: number;
  /** Time of the last event, with the time that the gate held the server. */
  realUs: number;
  order: 'run' | 'drain' | 'cut';
  gate: {
    mode: 'run' | 'held' | 'slow';
    /** When the mode began, in real time. */
    sinceRealUs: number;
    /** Time held in total. */
    heldUs: number;
    /** False after lost events of the main thread, until it tells its state again. */
    known: boolean;
  };
  /** By index. */
  threads: ThreadState[];
  /** Present clients, and the last {@link MAX_GONE} that left; in order of arrival. */
  clients: Map<number, ClientState>;
  /** Clients in the queue of the pool by ordinal, the first one first. */
  queue: number[];
  /** The client in the accept thread that waits for the full queue, by ordinal. */
  hand: number | undefined;
  backlog: { length: number; maximum: number };
  /** Clients by thread and slot: `65536 * thread + slot` gives the ordinal. For the fold itself. */
  slots: Map<number, number>;
  /** Items that were put into the queue of the pool, and the item after the last one that was taken. */
  queueItems: { put: number; taken: number };
  /** Whether clients may be missing, because events were lost and no snapshot came yet. */
  complete: boolean;
  /** Events lost or left out in all threads. */
  lost: number;
  /** The last columns; the last one is the current step. */
  history: Column[];
  totals: Totals;
  /** Differences between snapshots and fold: their number, and the first few. */
  mismatchCount: number;
  mismatches: Mismatch[];
}

/** Describes a recording: the first thing in it. */
export interface RecordingHeader {
  readonly format: 'concurrent-primes/recording@1';
  readonly server: ServerInfo;
  /** When the server started: milliseconds since 1970. */
  readonly startedMs: number;
  /** Random seed of the load, if there is one. */
  readonly seed?: number;
  /** Versions of this project and of Node. */
  readonly versions: Readonly<Record<string, string>>;
  /** The machine: processors, kernel, memory. */
  readonly machine: Readonly<Record<string, string | number>>;
}

/** Returns the name of a client that people see: `s12`. */
export function clientName(ordinal: number): string {
  return ordinal > 0x7fff_ffff ? `r${ordinal - 0x8000_0000}` : `s${ordinal}`;
}

/** Returns the bytes that the server sends in an exchange: N and the primes; undefined while N isn't known. */
export function answerBytes({ count, exchange }: ClientState, { options }: ServerInfo): number | undefined {
  if (count === undefined) return undefined;
  return 4 * (count + 1) + (options.greeting === true && exchange === 1 ? 1 : 0);
}

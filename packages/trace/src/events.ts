/**
 * The events: what a server thread does, in 16 bytes each. Writer, reader, fold and documentation come from this table.
 *
 *     word  0          1                          2          3
 *           | time     | kind, thread, slot       | a        | b        |     little endian
 *             u32 µs     6, 10, 16 bits from low    u32/i32    u32/i32
 *
 * - `time`: low 32 bits of the microseconds since the server started, on one clock for all threads.
 * - `thread`: index in `ServerInfo.threads`; {@link MAIN_THREAD} for the main thread.
 * - `slot`: a client of this thread, unique in the thread while the client is connected. `ACCEPT` and `TAKE` give the
 *   lasting name, the ordinal.
 */

/** Bytes of an event. */
export const EVENT_BYTES = 16;

/** 32-bit words of an event. */
export const EVENT_WORDS = 4;

/** The thread number of the main thread: the greatest one. */
export const MAIN_THREAD = 1023;

/** The slot of an event that belongs to no client; clients with such a high slot are not traced. */
export const NO_SLOT = 0xffff;

/** What the slot of a kind holds. */
export type SlotMeaning = 'client' | 'word' | 'flags' | 'none';

/** One of the two numbers of an event. */
export interface EventField {
  readonly name: string;
  /** Whether the number has a sign. */
  readonly signed?: true;
  readonly text: string;
}

/** A kind of event. */
export interface EventKind {
  /** The number in the event. */
  readonly code: number;
  readonly slot: SlotMeaning;
  readonly a?: EventField;
  readonly b?: EventField;
  readonly text: string;
}

/** Returns the second word of an event. */
export function eventHead(code: number, thread: number, slot: number): number {
  return code | (thread << 6) | (slot << 16);
}

/** Returns the code in the second word of an event. */
export function codeOf(head: number): number {
  return head & 0x3f;
}

/** Returns the thread in the second word of an event. */
export function threadOf(head: number): number {
  return (head >>> 6) & 0x3ff;
}

/** Bits of the slot of `TURN`. */
export const TURN_FLAGS = { s0: 1, woken: 2 } as const;

/** System calls, and waits, by the number that `ENTER` has. */
export const CALL_CODES = { none: 0, select: 1, accept: 2, recv: 3, send: 4, put: 5, take: 6 } as const;

/** A call that a thread can block in. */
export type CallName = keyof typeof CALL_CODES;

/** Their names, by number. */
export const CALLS = Object.keys(CALL_CODES) as readonly CallName[];

/** Interests of `WATCH`, as bits. */
export const INTERESTS = { none: 0, read: 1, write: 2 } as const;

/** The result of `RECV` when no bytes are there. */
export const WOULD_BLOCK = -1;

/** Names of the codes in `REFUSE`: -1 is the first one. */
export const REFUSALS = ['busy', 'too-slow', 'shutting-down', 'too-wide'] as const;

/** States of the gate, in `GATE` events of the main thread. */
export const GATE_MODES = ['run', 'held', 'slow'] as const;

/** What `GATE` events of other threads say: the thread has arrived at the closed gate, or has passed it. */
export const GATE_PASSAGES = ['passed', 'before a turn', 'inside a turn'] as const;

/** What a thread does, in `THREAD` events. */
export const THREAD_ROLES = ['loop', 'accept', 'pool', 'net', 'clients'] as const;

/** Orders of `ORDER`. */
export const ORDERS = ['run', 'drain', 'cut'] as const;

/** All kinds of events. Codes never change: recordings hold them. */
export const EVENTS = {
  TURN: {
    code: 1,
    slot: 'flags',
    a: { name: 'turn', text: 'number of the turn, from 1' },
    b: { name: 'quantum', text: 'most bytes that this turn sends to one client' },
    text: 'The selector has returned: a turn of the loop begins. Flags: 1 the listening socket is readable, 2 woken.',
  },
  IN: {
    code: 2,
    slot: 'word',
    a: { name: 'low', text: 'slots 64w to 64w+31' },
    b: { name: 'high', text: 'slots 64w+32 to 64w+63' },
    text: 'Clients whose sockets are readable, 64 slots an event.',
  },
  OUT: {
    code: 3,
    slot: 'word',
    a: { name: 'low', text: 'slots 64w to 64w+31' },
    b: { name: 'high', text: 'slots 64w+32 to 64w+63' },
    text: 'Clients whose sockets are writable, 64 slots an event.',
  },
  WATCH: {
    code: 4,
    slot: 'client',
    a: { name: 'interest', text: '1 readable, 2 writable' },
    text: 'The selector now watches the socket for this.',
  },
  ACCEPT: {
    code: 5,
    slot: 'client',
    a: { name: 'ordinal', text: 'lasting name of the client' },
    b: { name: 'address', text: 'high 16 bits: descriptor (65535 unknown), low 16: port (0 unknown)' },
    text: 'A client was accepted.',
  },
  ENTER: {
    code: 6,
    slot: 'client',
    a: { name: 'call', text: 'index in CALLS' },
    b: { name: 'bytes', text: 'bytes asked for or offered; for select: 1 if the time of this event is exact' },
    text: 'The thread begins a call that may block. The next event of the thread ends it.',
  },
  RECV: {
    code: 7,
    slot: 'client',
    a: { name: 'bytes', signed: true, text: '0 end, -1 would block' },
    b: { name: 'asked', text: 'most bytes that the call takes' },
    text: 'A recv has returned.',
  },
  ASKED: {
    code: 8,
    slot: 'client',
    a: { name: 'a', signed: true, text: 'first integer of the interval' },
    b: { name: 'b', signed: true, text: 'last integer of the interval' },
    text: 'The request is whole (a note of the session).',
  },
  WORK: {
    code: 9,
    slot: 'client',
    text: 'A slice of computing is over, and has brought no result yet.',
  },
  COUNTED: {
    code: 10,
    slot: 'client',
    a: { name: 'n', signed: true, text: 'number of primes' },
    text: 'N is known (a note of the session).',
  },
  SEND: {
    code: 11,
    slot: 'client',
    a: { name: 'bytes', signed: true, text: 'bytes that the kernel took; 0 would block' },
    b: { name: 'offered', text: 'bytes offered' },
    text: 'A send has returned.',
  },
  SUM: {
    code: 12,
    slot: 'client',
    a: { name: 'right', text: '1 right, 0 wrong' },
    text: 'The sum has come, and ends the exchange (a note of the session).',
  },
  CLOSE: {
    code: 13,
    slot: 'client',
    a: { name: 'outcome', text: 'index in ServerInfo.outcomes plus 1; 0 none' },
    b: { name: 'exchanges', text: 'reported exchanges of this connection' },
    text: 'The connection is closed; written before close(2).',
  },
  PUT: {
    code: 14,
    slot: 'client',
    a: { name: 'item', text: 'number of the item in the queue, from 0; ordinal - 1' },
    b: { name: 'length', text: 'length of the queue with the item' },
    text: 'The accept thread puts a client into the queue.',
  },
  TAKE: {
    code: 15,
    slot: 'client',
    a: { name: 'item', text: 'number of the item in the queue' },
    b: { name: 'waited', text: 'milliseconds in the queue' },
    text: 'A pool thread takes a client out of the queue; or a loop takes over a client that another thread has accepted.',
  },
  REFUSE: {
    code: 16,
    slot: 'client',
    a: { name: 'code', signed: true, text: 'the negative N; see REFUSALS' },
    text: 'The client is refused (a note of the session).',
  },
  EXPIRE: {
    code: 17,
    slot: 'client',
    a: { name: 'phase', text: 'index in ServerInfo.phases' },
    text: 'The time limit of the phase has passed, or an idle client makes room for another one.',
  },
  BROKEN: {
    code: 18,
    slot: 'client',
    text: 'The connection is broken: the client has reset it, or the server has cut it.',
  },
  ORDER: {
    code: 19,
    slot: 'none',
    a: { name: 'order', text: 'index in ORDERS' },
    text: 'The main thread has given an order.',
  },
  GATE: {
    code: 20,
    slot: 'none',
    a: { name: 'state', text: 'main thread: index in GATE_MODES; others: index in GATE_PASSAGES' },
    b: { name: 'ms', text: 'time held until now, in milliseconds' },
    text: 'The gate is closed or opened, or a thread waits at it or passes it.',
  },
  BACKLOG: {
    code: 21,
    slot: 'none',
    a: { name: 'length', text: 'connections in the backlog' },
    b: { name: 'maximum', text: 'its maximum' },
    text: 'Connections that wait in the kernel to be accepted, as the main thread has read it.',
  },
  CLOCK: {
    code: 22,
    slot: 'none',
    a: { name: 'low', text: 'low 32 bits of the microseconds since the server started' },
    b: { name: 'high', text: 'high 32 bits' },
    text: 'The whole time, because the time of an event repeats after 71 minutes.',
  },
  LOST: {
    code: 23,
    slot: 'none',
    a: { name: 'count', text: 'number of lost events; 0 at the end of a loss that has begun before' },
    b: { name: 'why', text: '0 they were overwritten; 1 the reader left them out, since there were too many to show' },
    text: 'Events of this thread were lost: the ring was overwritten before it was read. With the thread number of the main thread: events of any thread.',
  },
  SNAP_BEGIN: {
    code: 24,
    slot: 'none',
    a: { name: 'clients', text: 'number of clients of the thread' },
    b: {
      name: 'turn',
      text: 'number of the last turn; in a pool: number of items put into the queue, or the last item taken plus 1',
    },
    text: 'A snapshot begins: the thread describes all its clients.',
  },
  SNAP: {
    code: 25,
    slot: 'client',
    a: { name: 'ordinal', text: 'lasting name of the client' },
    b: {
      name: 'standing',
      text: 'bits 0-7 phase, 8-15 bytes of the message, 16-17 interest, 18 an interval, 19 N is known, 24-31 refusal as in REFUSE, without its sign',
    },
    text: 'A client in a snapshot; the next three events describe it too.',
  },
  SNAP_ASKED: {
    code: 26,
    slot: 'client',
    a: { name: 'a', signed: true, text: 'first integer of the interval' },
    b: { name: 'b', signed: true, text: 'last integer of the interval' },
    text: 'The interval of the exchange; zeros if there is none.',
  },
  SNAP_ANSWER: {
    code: 27,
    slot: 'client',
    a: { name: 'n', signed: true, text: 'number of primes; 0 if it is unknown' },
    b: { name: 'sent', text: 'bytes of the exchange that the kernel took' },
    text: 'The answer of the exchange.',
  },
  SNAP_SOCKET: {
    code: 28,
    slot: 'client',
    a: { name: 'address', text: 'as in ACCEPT' },
    b: { name: 'exchanges', text: 'reported exchanges of this connection' },
    text: 'The socket; the last event of a client in a snapshot.',
  },
  SNAP_END: {
    code: 29,
    slot: 'none',
    a: { name: 'clients', text: 'number of clients described' },
    text: 'The snapshot is complete: other clients of the thread are gone.',
  },
  CALLBACK: {
    code: 30,
    slot: 'client',
    a: {
      name: 'bytes',
      signed: true,
      text: 'bytes of the chunk, 0 end, -1 the stream has closed, -2 a write is complete, -3 computing goes on',
    },
    text: "Node's event loop calls back.",
  },
  SUBMIT: {
    code: 31,
    slot: 'client',
    a: { name: 'operation', text: 'opcode of io_uring' },
    b: { name: 'bytes', text: 'bytes asked for or offered' },
    text: 'An operation is submitted to the kernel.',
  },
  COMPLETE: {
    code: 32,
    slot: 'client',
    a: { name: 'operation', text: 'opcode of io_uring' },
    b: { name: 'result', signed: true, text: 'its result' },
    text: 'An operation is complete.',
  },
  THREAD: {
    code: 33,
    slot: 'none',
    a: { name: 'role', text: 'index in THREAD_ROLES' },
    b: { name: 'number', text: 'its number among the threads of its role, from 1; 0 if there is only one' },
    text: 'A thread that the description of the server doesn’t have: it was seen for the first time. Its number is the next one.',
  },
} as const satisfies Readonly<Record<string, EventKind>>;

/** Name of a kind. */
export type EventName = keyof typeof EVENTS;

/** The codes by name. */
export const KINDS = Object.fromEntries(Object.entries(EVENTS).map(([name, { code }]) => [name, code])) as {
  readonly [Name in EventName]: (typeof EVENTS)[Name]['code'];
};

/** A decoded event. */
export interface TraceEvent {
  readonly name: EventName;
  /** Microseconds since the server started. */
  readonly timeUs: number;
  readonly thread: number;
  readonly slot: number;
  readonly a: number;
  readonly b: number;
}

const NAMES: readonly (EventName | undefined)[] = Object.entries(EVENTS).reduce<(EventName | undefined)[]>(
  (names, [name, { code }]) => {
    names[code] = name as EventName;
    return names;
  },
  [],
);

/** Returns the name of a kind; undefined for a code that this version doesn't know. */
export function eventName(code: number): EventName | undefined {
  return NAMES[code];
}

/** Returns the table as Markdown, for the documentation. */
export function eventTable(): string {
  const rows = Object.entries(EVENTS).map(([name, { code, slot, text, ...fields }]: [string, EventKind]) => {
    const field = (one: EventField | undefined): string =>
      one === undefined ? '' : `\`${one.name}\`${one.signed ? ' (i32)' : ''}: ${one.text}`;
    return `| ${code} | \`${name}\` | ${slot} | ${field(fields.a)} | ${field(fields.b)} | ${text} |`;
  });
  return ['| code | kind | slot | a | b | meaning |', '| --- | --- | --- | --- | --- | --- |', ...rows].join('\n');
}

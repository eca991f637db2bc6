/**
 * The server's side of the conversation as data: each state, what it waits for, and where each event leads.
 *
 * Theory of operation. A connection passes through exchanges, one after the other:
 *
 *     (greeting) ─ fresh ─ request ──┬─ counting ─ count ─ primes ─ sum ─ partial-sum ─┐
 *                  idle ─ follow-up ─┘                                                 │
 *                   └◄────────────────────────────────────────────────────────────────┘
 *
 * Where it matters whether a byte of a message has come or gone, that is a state of its own (`fresh` and `request`,
 * `idle` and `follow-up`, `count` and `primes`, `sum` and `partial-sum`). So an outcome depends on nothing but state and
 * event, and stands in the table beside the transition it ends with. A refusal leaves this path before the first byte
 * of N: `refusing` sends the negative N, `farewell` lets the client read it and leave. The server does not close at
 * once, because a close with unread input resets the connection, and a reset can overtake the refusal (RFC 9112,
 * section 9.6).
 *
 * `closing` asks the driver to close; `closed` is the end, reached also when the driver says why it closed by itself.
 */

import type { Outcome } from './outcomes.ts';
import type { Phase, Verb } from './session.ts';

/** Where the server's side of a conversation can stand. */
export type ServerState =
  | 'greeting' // dialect: the one byte before anything else
  | 'fresh' // nothing has come on this connection
  | 'request' // a part of the first request has come
  | 'counting' // the request is whole, N is being computed
  | 'count' // N is known, no byte of it is out
  | 'primes' // a byte of N is out, the answer is not
  | 'sum' // the whole answer is out, no byte of the sum has come
  | 'partial-sum' // a part of the sum has come
  | 'idle' // an exchange is over, nothing has come since
  | 'follow-up' // a part of a later request has come
  | 'refusing' // a negative N is going out
  | 'farewell' // refused: waits for the client's end, discarding what it still sends
  | 'closing' // waits for the driver to close
  | 'closed';

/** What can happen to it. */
export type ServerEvent =
  | 'part' // some bytes of a message came in or went out
  | 'whole' // the last byte of a request came, or the last that farewell bears
  | 'done' // N is known, or the last byte of a message went out
  | 'right' // the last byte of the right sum came
  | 'wrong' // the last byte of a wrong sum came
  | 'end' // the client ended its sending
  | 'refuse' // the server answers a negative N
  | 'drain' // the server shuts down
  | 'drained' // the exchange that the shutdown waited for is over
  | 'expire' // the time limit of the phase has passed
  | 'reset' // closed: the client reset the connection
  | 'too-slow' // closed: the driver lost patience
  | 'shutdown' // closed: the driver ends all connections
  | 'closed'; // closed because the session asked for it

/** Where an event leads, and the outcome of the exchange it ends; `refused` is made whole by the refusal's code. */
export type Transition = readonly [to: ServerState, outcome?: Outcome | 'refused'];

/** One row of the table. */
export interface StateRow {
  /** The verb that the driver must do now. */
  readonly waitsFor: Verb;
  /** What kind of waiting this is. */
  readonly phase: Phase;
  /** Where each event leads; an event that is not named can't happen here, or changes nothing. */
  readonly on: Readonly<Partial<Record<ServerEvent, Transition>>>;
}

/** Cuts end an exchange alike in all its states. */
const CUT = {
  expire: ['closing', 'too-slow'],
  'too-slow': ['closed', 'too-slow'],
  shutdown: ['closed', 'shutdown'],
} as const;

/** Where no exchange is under way a close of whatever cause ends nothing. */
const QUIET = { reset: ['closed'], 'too-slow': ['closed'], shutdown: ['closed'] } as const;

/** The table. */
export const SERVER_STATES: Readonly<Record<ServerState, StateRow>> = {
  greeting: {
    waitsFor: 'send',
    phase: 'answer',
    on: { done: ['fresh'], refuse: ['refusing'], drain: ['refusing'], reset: ['closed', 'probe'], ...CUT },
  },
  fresh: {
    waitsFor: 'receive',
    phase: 'idle',
    on: {
      part: ['request'],
      whole: ['counting'],
      refuse: ['refusing'],
      drain: ['refusing'],
      end: ['closing', 'probe'],
      reset: ['closed', 'probe'],
      ...CUT,
    },
  },
  request: {
    waitsFor: 'receive',
    phase: 'request',
    on: {
      ...CUT,
      part: ['request'],
      whole: ['counting'],
      refuse: ['refusing'],
      end: ['closing', 'truncated-request'],
      reset: ['closed', 'truncated-request'],
      expire: ['refusing'],
    },
  },
  counting: {
    waitsFor: 'work',
    phase: 'answer',
    on: { done: ['count'], refuse: ['refusing'], reset: ['closed', 'early-end'], ...CUT },
  },
  count: {
    waitsFor: 'send',
    phase: 'answer',
    on: { part: ['primes'], done: ['sum'], refuse: ['refusing'], reset: ['closed', 'early-end'], ...CUT },
  },
  primes: {
    waitsFor: 'send',
    phase: 'answer',
    on: { part: ['primes'], done: ['sum'], reset: ['closed', 'early-end'], ...CUT },
  },
  sum: {
    waitsFor: 'receive',
    phase: 'sum',
    on: {
      part: ['partial-sum'],
      right: ['idle', 'served'],
      wrong: ['idle', 'wrong-sum'],
      end: ['closing', 'no-sum'],
      // An orderly client ends; a reset says that it had not read, or did not care for, all of the answer.
      reset: ['closed', 'early-end'],
      ...CUT,
    },
  },
  'partial-sum': {
    waitsFor: 'receive',
    phase: 'sum',
    on: {
      part: ['partial-sum'],
      right: ['idle', 'served'],
      wrong: ['idle', 'wrong-sum'],
      end: ['closing', 'truncated-sum'],
      reset: ['closed', 'truncated-sum'],
      ...CUT,
    },
  },
  idle: {
    waitsFor: 'receive',
    phase: 'idle',
    on: {
      part: ['follow-up'],
      whole: ['counting'],
      refuse: ['refusing'],
      drain: ['refusing'],
      drained: ['closing'],
      end: ['closing'],
      expire: ['closing'],
      ...QUIET,
    },
  },
  'follow-up': {
    waitsFor: 'receive',
    phase: 'request',
    on: {
      ...CUT,
      part: ['follow-up'],
      whole: ['counting'],
      refuse: ['refusing'],
      end: ['closing', 'trailing-garbage'],
      reset: ['closed', 'trailing-garbage'],
      expire: ['refusing'],
    },
  },
  refusing: {
    waitsFor: 'send',
    phase: 'farewell',
    on: {
      part: ['refusing'],
      done: ['farewell', 'refused'],
      expire: ['closing', 'refused'],
      reset: ['closed', 'refused'],
      'too-slow': ['closed', 'refused'],
      shutdown: ['closed', 'refused'],
    },
  },
  farewell: {
    waitsFor: 'receive',
    phase: 'farewell',
    on: { part: ['farewell'], whole: ['closing'], end: ['closing'], expire: ['closing'], ...QUIET },
  },
  closing: {
    waitsFor: 'close',
    phase: 'farewell',
    on: { closed: ['closed'], ...QUIET },
  },
  closed: { waitsFor: 'close', phase: 'farewell', on: {} },
};

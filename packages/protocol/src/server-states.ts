/**
 * The server's side of the conversation as data: each state, what it waits for, and where each event leads.
 *
 * A connection passes through exchanges, one after the other:
 *
 *     (greeting) ─ fresh ─ request ──┬─ counting ─ count ─ primes ─ sum ─ partial-sum ─┐
 *                  idle ─ follow-up ─┘                                                 │
 *                   └◄────────────────────────────────────────────────────────────────┘
 *
 * Where it matters whether a byte of a message was received or sent, there are two states (`fresh` and `request`, `idle`
 * and `follow-up`, `count` and `primes`, `sum` and `partial-sum`). So an outcome depends on state and event alone, and
 * the table has it next to the transition that ends the exchange.
 *
 * Every state that sends has a twin in which its bytes are in flight: `send` wrote them, and `sent` has not yet said how
 * many the kernel took. N in flight may have reached the client, so a refusal can't replace it. A greeting in flight can
 * still be followed by a refusal.
 *
 * A refusal is possible before the first byte of N: `refusing` sends the negative N, `farewell` lets the client read it
 * and leave. The server doesn't close at once, because closing a socket with unread input resets the connection, and the
 * reset can overtake the refusal (RFC 9112, section 9.6).
 *
 * `closing` asks the driver to close; `closed` is the end, also when the driver closes for its own reasons.
 */
import type { Outcome } from './outcomes.ts';
import type { ServerPhase } from './prime-conversation.ts';
import type { StateRow } from './state-graph.ts';

export type ServerState =
  | 'greeting' // dialect greeting: one byte before anything else
  | 'greeting-in-flight'
  | 'fresh' // nothing has arrived on this connection
  | 'request' // a part of the first request has arrived
  | 'counting' // the request is complete, N is being computed
  | 'count' // N is known, no byte of it was sent
  | 'count-in-flight'
  | 'primes' // a byte of N was sent, the answer is not complete
  | 'primes-in-flight'
  | 'sum' // the answer was sent, no byte of the sum has arrived
  | 'partial-sum' // a part of the sum has arrived
  | 'idle' // an exchange is over, nothing has arrived since
  | 'follow-up' // a part of a later request has arrived
  | 'refusing' // a negative N is being sent
  | 'refusal-in-flight'
  | 'farewell' // refused: waits until the client leaves, and discards what it still sends
  | 'closing' // waits for the driver to close
  | 'closed';

export type ServerEvent =
  | 'part' // some bytes of a message arrived or were sent
  | 'whole' // the last byte of a request arrived, or the last one that farewell discards
  | 'written' // bytes were written into the driver's memory
  | 'none' // the kernel took none of them
  | 'done' // N is known, or the last byte of a message was sent
  | 'right' // the last byte of the right sum arrived
  | 'wrong' // the last byte of a wrong sum arrived
  | 'end' // the client ended its sending
  | 'refuse' // the server answers with a negative N
  | 'drain' // the server shuts down
  | 'drained' // the exchange that the shutdown waited for is over
  | 'expire' // the time limit of the phase has passed
  | 'reset' // closed: the client reset the connection
  | 'shutdown' // closed: the driver ends all connections
  | 'closed'; // closed because the session waited for it

/** One row of the table; the outcome `refused` is made specific by the refusal's code. */
export interface ServerStateRow extends StateRow<ServerState, ServerEvent, Outcome | 'refused'> {
  readonly phase: ServerPhase;
}

/** How the server ends an exchange, in any state. */
const CUT = { expire: ['closing', 'too-slow'], shutdown: ['closed', 'shutdown'] } as const;

/** While an answer is sent, a reset is an early end. */
const ANSWERING = { reset: ['closed', 'early-end'], ...CUT } as const;

/** Once a refusal has begun, the exchange ends as refused, however the connection ends. */
const REFUSED = {
  expire: ['closing', 'refused'],
  reset: ['closed', 'refused'],
  shutdown: ['closed', 'refused'],
} as const;

/** Without an exchange in progress, closing ends none. */
const QUIET = { reset: ['closed'], shutdown: ['closed'] } as const;

/** Before anything has arrived on the connection, a reset is a probe. */
const UNASKED = { reset: ['closed', 'probe'], ...CUT } as const;

/** The first request and later ones differ only in the outcome when the client leaves early. */
const REQUEST = { whole: ['counting'], refuse: ['refusing'], expire: ['refusing'] } as const;

const SUM = { right: ['idle', 'served'], wrong: ['idle', 'wrong-sum'] } as const;

export const SERVER_STATES: Readonly<Record<ServerState, ServerStateRow>> = {
  greeting: {
    waitsFor: 'send',
    phase: 'answer',
    on: { written: ['greeting-in-flight'], refuse: ['refusing'], drain: ['refusing'], ...UNASKED },
  },
  'greeting-in-flight': {
    waitsFor: 'sent',
    phase: 'answer',
    on: {
      none: ['greeting'],
      done: ['fresh'],
      refuse: ['refusal-in-flight'],
      drain: ['refusal-in-flight'],
      ...UNASKED,
    },
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
      ...UNASKED,
    },
  },
  request: {
    waitsFor: 'receive',
    phase: 'request',
    on: {
      ...CUT,
      ...REQUEST,
      part: ['request'],
      end: ['closing', 'truncated-request'],
      reset: ['closed', 'truncated-request'],
    },
  },
  counting: {
    waitsFor: 'work',
    phase: 'answer',
    on: { done: ['count'], refuse: ['refusing'], ...ANSWERING },
  },
  count: {
    waitsFor: 'send',
    phase: 'answer',
    on: { written: ['count-in-flight'], refuse: ['refusing'], ...ANSWERING },
  },
  'count-in-flight': {
    waitsFor: 'sent',
    phase: 'answer',
    on: { none: ['count'], part: ['primes'], done: ['sum'], ...ANSWERING },
  },
  primes: {
    waitsFor: 'send',
    phase: 'answer',
    on: { written: ['primes-in-flight'], ...ANSWERING },
  },
  'primes-in-flight': {
    waitsFor: 'sent',
    phase: 'answer',
    on: { none: ['primes'], part: ['primes'], done: ['sum'], ...ANSWERING },
  },
  sum: {
    waitsFor: 'receive',
    phase: 'sum',
    on: {
      ...CUT,
      ...SUM,
      part: ['partial-sum'],
      end: ['closing', 'no-sum'],
      // An orderly client ends its sending; one that resets has not read the whole answer.
      reset: ['closed', 'early-end'],
    },
  },
  'partial-sum': {
    waitsFor: 'receive',
    phase: 'sum',
    on: {
      ...CUT,
      ...SUM,
      part: ['partial-sum'],
      end: ['closing', 'truncated-sum'],
      reset: ['closed', 'truncated-sum'],
    },
  },
  idle: {
    waitsFor: 'receive',
    phase: 'idle',
    on: {
      ...QUIET,
      part: ['follow-up'],
      whole: ['counting'],
      refuse: ['refusing'],
      drain: ['refusing'],
      drained: ['closing'],
      end: ['closing'],
      expire: ['closing'],
    },
  },
  'follow-up': {
    waitsFor: 'receive',
    phase: 'request',
    on: {
      ...CUT,
      ...REQUEST,
      part: ['follow-up'],
      end: ['closing', 'trailing-garbage'],
      reset: ['closed', 'trailing-garbage'],
    },
  },
  refusing: {
    waitsFor: 'send',
    phase: 'farewell',
    on: { written: ['refusal-in-flight'], ...REFUSED },
  },
  'refusal-in-flight': {
    waitsFor: 'sent',
    phase: 'farewell',
    on: { none: ['refusing'], part: ['refusing'], done: ['farewell', 'refused'], ...REFUSED },
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

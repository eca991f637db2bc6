/**
 * The client's side of the conversation as data; the shape of `server-states.ts`.
 *
 * The client's path is a ring: `idle`, `asking`, `count`, `primes`, `summing`, and `idle` again. Its driver decides
 * whether the ring is gone through once more or the connection closed, so in `idle` the session waits to be closed and
 * may be asked instead. A server can speak before it is asked, to greet or to refuse, so bytes may be received in every
 * state but `closed`; in those that wait for `receive` an answer is due.
 */

import type { Verb } from '@concurrent-primes/session';

/** What a client's session can wait for: it never computes. */
export type ClientVerb = Exclude<Verb, 'work'>;

/** Where the client's side of a conversation can stand. */
export type ClientState =
  | 'idle' // no exchange is under way
  | 'asking' // the request is going out
  | 'count' // the request is out, N has not come
  | 'primes' // N has come, the primes have not
  | 'summing' // the primes have come, the sum is going out
  | 'over' // nothing can follow on this connection
  | 'closed';

/** What can happen to it. */
export type ClientEvent =
  | 'ask' // the driver has a request
  | 'done' // the last byte of a message went out
  | 'counted' // N came
  | 'answered' // the last prime came, or N = 0
  | 'last' // the same, or the sum is out, and nothing can follow
  | 'end' // the server ended its sending while it owed nothing
  | 'failed' // the server broke the protocol, refused, or ended too early
  | 'closed'; // the driver closed

/** One row of the table. */
export interface ClientStateRow {
  /** The verb that the driver must do now. */
  readonly waitsFor: ClientVerb;
  /** Where each event leads; an event that is not named can't happen here. */
  readonly on: Readonly<Partial<Record<ClientEvent, ClientState>>>;
}

/** Possible wherever the connection still stands. */
const ALWAYS = { failed: 'over', closed: 'closed' } as const;

/** The table. */
export const CLIENT_STATES: Readonly<Record<ClientState, ClientStateRow>> = {
  idle: { waitsFor: 'close', on: { ask: 'asking', end: 'over', ...ALWAYS } },
  asking: { waitsFor: 'send', on: { done: 'count', ...ALWAYS } },
  count: { waitsFor: 'receive', on: { counted: 'primes', answered: 'summing', last: 'over', ...ALWAYS } },
  primes: { waitsFor: 'receive', on: { answered: 'summing', last: 'over', ...ALWAYS } },
  // A server may end its sending once the answer is out, and still wait for the sum.
  summing: { waitsFor: 'send', on: { done: 'idle', last: 'over', end: 'summing', ...ALWAYS } },
  over: { waitsFor: 'close', on: { end: 'over', ...ALWAYS } },
  closed: { waitsFor: 'close', on: {} },
};

/**
 * The client's side of the conversation as data, in the form of `server-states.ts`.
 *
 * The states form a ring: `idle`, `asking`, `count`, `primes`, `summing`, then `idle` again. In `idle` the driver either
 * begins the next exchange or closes, so `idle` waits for `close`. A server may greet or refuse before it is asked, so
 * bytes are accepted in every state but `closed`; states that wait for `receive` are those in which an answer is due.
 */

import type { Verb } from '@concurrent-primes/session';

import type { StateRow } from './state-graph.ts';

/** What a client's session can wait for: it never computes. */
export type ClientVerb = Exclude<Verb, 'work'>;

export type ClientState =
  | 'idle' // no exchange is in progress
  | 'asking' // the request is being sent
  | 'count' // the request is sent, N has not arrived
  | 'primes' // N has arrived, the primes have not
  | 'summing' // the primes have arrived, the sum is being sent
  | 'over' // no exchange can follow on this connection
  | 'closed';

export type ClientEvent =
  | 'ask' // the driver has a request
  | 'done' // the last byte of a message was sent
  | 'counted' // N arrived
  | 'answered' // the last prime arrived, or N = 0
  | 'last' // the answer or the sum is complete, and no exchange can follow
  | 'end' // the server ended its sending while nothing was due
  | 'failed' // the server broke the protocol, refused, or ended too early
  | 'closed'; // the driver closed

export interface ClientStateRow extends StateRow<ClientState, ClientEvent> {
  readonly waitsFor: ClientVerb;
}

/** Possible in every state but `closed`. */
const ALWAYS = { failed: ['over'], closed: ['closed'] } as const;

export const CLIENT_STATES: Readonly<Record<ClientState, ClientStateRow>> = {
  idle: { waitsFor: 'close', on: { ask: ['asking'], end: ['over'], ...ALWAYS } },
  asking: { waitsFor: 'send', on: { done: ['count'], ...ALWAYS } },
  count: { waitsFor: 'receive', on: { counted: ['primes'], answered: ['summing'], last: ['over'], ...ALWAYS } },
  primes: { waitsFor: 'receive', on: { answered: ['summing'], last: ['over'], ...ALWAYS } },
  // A server may end its sending after the answer, and still wait for the sum.
  summing: { waitsFor: 'send', on: { done: ['idle'], last: ['over'], end: ['summing'], ...ALWAYS } },
  over: { waitsFor: 'close', on: { end: ['over'], ...ALWAYS } },
  closed: { waitsFor: 'close', on: {} },
};

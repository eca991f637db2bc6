/**
 * A table of states as a graph: each transition leads to a node instead of a name.
 *
 * A session reads its state's row several times in an exchange, and takes a handful of events. Looking each up by name
 * in the table is slow: the rows name different events, so they have many hidden classes, and V8 can't cache the lookup.
 */
import type { Next } from '@concurrent-primes/session';

export interface StateRow<State extends string, Event extends string, Outcome extends string = never> {
  readonly waitsFor: Next;
  /** Where each event leads, and the outcome of the exchange it ends; other events can't happen here. */
  readonly on: Readonly<Partial<Record<Event, readonly [to: State, outcome?: Outcome]>>>;
}

/** A state, its row of the table, and where its events lead. */
export interface StateNode<State, Event, Outcome, Row> {
  readonly state: State;
  readonly row: Row;
  readonly transitions: Map<Event, StateTransition<State, Event, Outcome, Row>>;
}

interface StateTransition<State, Event, Outcome, Row> {
  readonly to: StateNode<State, Event, Outcome, Row>;
  readonly outcome: Outcome | undefined;
}

/** Makes the graph of a table; returns its nodes by the names of their states. */
export function graphOf<
  State extends string,
  Event extends string,
  Outcome extends string,
  Row extends StateRow<State, Event, Outcome>,
>(table: Readonly<Record<State, Row>>): Readonly<Record<State, StateNode<State, Event, Outcome, Row>>> {
  const rows = Object.entries(table) as [State, Row][];
  const nodes = {} as Record<State, StateNode<State, Event, Outcome, Row>>;
  for (const [state, row] of rows) nodes[state] = { state, row, transitions: new Map() };
  for (const [state, { on }] of rows) {
    for (const [event, [to, outcome]] of Object.entries(on) as [Event, [State, Outcome?]][]) {
      nodes[state].transitions.set(event, { to: nodes[to], outcome });
    }
  }
  return nodes;
}

/** Finds where an event leads; throws if it can't happen in this state. */
export function transitionOf<State extends string, Event extends string, Outcome, Row>(
  node: StateNode<State, Event, Outcome, Row>,
  event: Event,
): StateTransition<State, Event, Outcome, Row> {
  const transition = node.transitions.get(event);
  if (transition === undefined)
    throw new Error(`cannot take the event ${event}: the state must allow it, got ${node.state}`);
  return transition;
}

/** Throws unless a session waits for what its driver does. */
export function requireNext(
  { state, row }: { readonly state: string; readonly row: { readonly waitsFor: Next } },
  what: Next,
): void {
  if (row.waitsFor !== what)
    throw new Error(`cannot ${what}: the session must wait for it, got ${row.waitsFor} (${state})`);
}

/** Throws a RangeError unless the number of bytes that a driver confirms as sent is from 0 to those in flight. */
export function requireSent(count: number, inFlight: number): void {
  if (Number.isInteger(count) && count >= 0 && count <= inFlight) return;
  throw new RangeError(`cannot confirm bytes as sent: needs 0 to ${inFlight}, got ${count}`);
}

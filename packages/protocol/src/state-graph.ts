/**
 * A table of states as a graph: each transition leads to a node instead of a name.
 *
 * A session reads its state's row several times in an exchange, and takes a handful of events. Looking each up by name
 * in the table is slow: the rows name different events, so they have many hidden classes, and V8 can't cache the lookup.
 */
import type { Next } from '@concurrent-primes/session';

/** A state, its row of the table, and where its events lead. */
export interface StateNode<State, Event, Row, Target> {
  readonly state: State;
  readonly row: Row;
  readonly transitions: ReadonlyMap<Event, StateTransition<State, Event, Row, Target>>;
}

/** The effect of an event. */
interface StateTransition<State, Event, Row, Target> {
  readonly to: StateNode<State, Event, Row, Target>;
  /** The event's entry in the table. */
  readonly target: Target;
}

/** What a row of a table must have. */
interface RowOn<Event extends string, Target> {
  readonly waitsFor: Next;
  readonly on: Readonly<Partial<Record<Event, Target>>>;
}

/**
 * Makes the graph of a table.
 *
 * @param table - the row of each state; `on` has an entry for each event that can happen there
 * @param stateOf - returns the state that an entry leads to
 * @returns the nodes by the names of their states
 */
export function graphOf<State extends string, Event extends string, Target, Row extends RowOn<Event, Target>>(
  table: Readonly<Record<State, Row>>,
  stateOf: (target: Target) => State,
): Readonly<Record<State, StateNode<State, Event, Row, Target>>> {
  const rows = Object.entries(table) as [State, Row][];
  const transitions = {} as Record<State, Map<Event, StateTransition<State, Event, Row, Target>>>;
  const nodes = {} as Record<State, StateNode<State, Event, Row, Target>>;
  for (const [state, row] of rows) {
    transitions[state] = new Map();
    nodes[state] = { state, row, transitions: transitions[state] };
  }
  for (const [state, { on }] of rows) {
    for (const [event, target] of Object.entries(on) as [Event, Target][]) {
      transitions[state].set(event, { to: nodes[stateOf(target)], target });
    }
  }
  return nodes;
}

/**
 * Finds where an event leads.
 *
 * @param node - the state of a session
 * @param event - the event
 * @throws Error if the event can't happen in this state
 */
export function transitionOf<State extends string, Event extends string, Row, Target>(
  node: StateNode<State, Event, Row, Target>,
  event: Event,
): StateTransition<State, Event, Row, Target> {
  const transition = node.transitions.get(event);
  if (transition === undefined)
    throw new Error(`cannot take the event ${event}: the state must allow it, got ${node.state}`);
  return transition;
}

/** The part of a node that {@link requireNext} reads. */
interface NamedRow {
  readonly state: string;
  readonly row: { readonly waitsFor: Next };
}

/**
 * Checks that a session waits for a verb.
 *
 * @param node - state and row of the session
 * @param what - the verb that its driver performs
 * @throws Error if it waits for another one
 */
export function requireNext(node: NamedRow, what: Next): void {
  const { waitsFor } = node.row;
  if (waitsFor !== what)
    throw new Error(`cannot ${what}: the session must wait for it, got ${waitsFor} (${node.state})`);
}

/**
 * Checks how many bytes a driver confirms as sent.
 *
 * @param count - what the driver says
 * @param inFlight - number of bytes that it was given
 * @throws RangeError if count is not a whole number from 0 to `inFlight`
 */
export function requireSent(count: number, inFlight: number): void {
  if (Number.isInteger(count) && count >= 0 && count <= inFlight) return;
  throw new RangeError(`cannot confirm bytes as sent: needs 0 to ${inFlight}, got ${count}`);
}

/**
 * A table of states as the graph that a session walks along: each transition leads to a node, not to a name.
 *
 * A session asks for its state's row several times an exchange, and fires a handful of events. In the table each would
 * be a search by name: the rows name different events, so they have many hidden classes, and V8 gives up on guessing
 * which one comes.
 */

/** A state, its row of the table, and where its events lead. */
export interface StateNode<State, Event, Row, Target> {
  readonly state: State;
  readonly row: Row;
  readonly transitions: ReadonlyMap<Event, StateTransition<State, Event, Row, Target>>;
}

/** What an event brings about. */
export interface StateTransition<State, Event, Row, Target> {
  readonly to: StateNode<State, Event, Row, Target>;
  /** The event's entry in the table. */
  readonly target: Target;
}

/**
 * Makes the graph of a table.
 *
 * @param table - the row of each state; `on` has an entry for each event that can happen there
 * @param stateOf - the state that an entry leads to
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

/** What a row must have. */
interface RowOn<Event extends string, Target> {
  readonly on: Readonly<Partial<Record<Event, Target>>>;
}

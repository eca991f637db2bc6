/**
 * The table of server states as the graph that a session walks along: each transition leads to a node, not to a name.
 *
 * A session fires a handful of events an exchange. Looked up in the table they would cost a search by name each, twice: the
 * rows name different events, so they have as many hidden classes as rows, and V8 gives up on guessing which one comes.
 */
import type { Outcome } from './outcomes.ts';
import { SERVER_STATES, type ServerEvent, type ServerState, type StateRow } from './server-states.ts';

/** A state with all that the table says about it. */
export interface ServerNode {
  readonly state: ServerState;
  readonly waitsFor: StateRow['waitsFor'];
  readonly phase: StateRow['phase'];
  readonly transitions: ReadonlyMap<ServerEvent, ServerTransition>;
}

/** Where an event leads, and the outcome of the exchange that it ends. */
export interface ServerTransition {
  readonly to: ServerNode;
  readonly outcome: Outcome | 'refused' | undefined;
}

/** The nodes by the names of their states. */
export const SERVER_NODES = makeNodes();

function makeNodes(): Readonly<Record<ServerState, ServerNode>> {
  const rows = Object.entries(SERVER_STATES) as [ServerState, StateRow][];
  const nodes = Object.fromEntries(
    rows.map(([state, { waitsFor, phase }]) => [
      state,
      { state, waitsFor, phase, transitions: new Map<ServerEvent, ServerTransition>() },
    ]),
  ) as Record<ServerState, ServerNode & { readonly transitions: Map<ServerEvent, ServerTransition> }>;
  for (const [state, { on }] of rows) {
    for (const [event, [to, outcome]] of Object.entries(on)) {
      nodes[state].transitions.set(event as ServerEvent, { to: nodes[to], outcome });
    }
  }
  return nodes;
}

/** All clients as a table: the twin of the drawings, for readers that can't see them. */
import { clientName, type State } from '@concurrent-primes/trace';
import { placeText, rowReason } from './rows.ts';
import { Standings } from './standing.ts';
import { countsOf } from './strip.ts';

/** The heads of {@link clientTable}. */
export const CLIENT_TABLE_HEAD = ['client', 'where', 'what it waits for', 'its conversation'] as const;

/** One line for each present client. */
export function clientTable(state: State): readonly (readonly string[])[] {
  return new Standings(state).present.map((standing) => [
    clientName(standing.client.ordinal),
    placeText(state, standing.client),
    rowReason(state, standing),
    countsOf(state, standing.client),
  ]);
}

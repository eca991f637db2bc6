/** The number at a glance: how many clients wait for another client. */
import type { State } from '@concurrent-primes/trace';
import { currentLoop } from './calls.ts';
import { outsideGlance } from './outside.ts';
import type { Glance } from './picture.ts';
import { longestText } from './sentence.ts';
import type { Standings } from './standing.ts';
import { count, duration, number } from './words.ts';

/**
 * The box beside the sentence.
 *
 * @param state - the state
 * @param standings - of its clients
 * @param inside - whether the turn isn't over
 */
export function glanceOf(state: State, standings: Standings, inside: boolean): Glance {
  if (state.server.architecture === 'clients') return outsideGlance(state, standings);
  const another = standings.of('another');
  const waiting = another.length + standings.stuckInBacklog;
  const total = standings.present.length + standings.stuckInBacklog;
  const unknown = standings.of('unknown').length;
  const longest = another.length === 0 ? '' : `, the longest for *${longestText(state, another)}*`;
  return {
    bad: waiting > 0,
    figure: `${waiting > 0 ? '! ' : ''}${unknown > 0 ? '≥ ' : ''}${number(waiting)} of ${number(total)}`,
    lines: [
      `${waiting === 1 ? 'waits' : 'wait'} for *another client*${longest}.`,
      ...(unknown > 0 ? [`${count(unknown, 'client')} unknown: events were lost.`] : []),
      priceText(state, inside),
    ],
  };
}

/** What the architecture costs in this state. */
function priceText(state: State, inside: boolean): string {
  const { server } = state;
  if (server.architecture === 'pool') {
    const threads = state.threads.filter(({ info }) => info.role === 'pool');
    const taken = threads.filter(({ client }) => client !== undefined).length;
    const capacity = server.options.queueCapacity;
    const queue =
      capacity === undefined ? '' : `, ${number(state.queue.length)} of ${count(capacity, 'place')} in the queue`;
    if (server.options.threadPerClient === true && state.queue.length === 0)
      return `Each client has a thread or process: ${number(taken)} now.`;
    return `Taken: ${number(taken)} of ${count(threads.length, 'thread')}${queue}.`;
  }
  if (server.architecture === 'net') return 'One thread: callbacks run one after the other.';
  const thread = currentLoop(state);
  const us = inside ? undefined : (state.history.at(-1)?.durationUs ?? thread?.lastTurnUs);
  return `The price: a ready client waits for the rest of its turn${us === undefined ? '' : `; this one took *${duration(us)}*`}.`;
}

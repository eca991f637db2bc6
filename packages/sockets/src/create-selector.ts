/**
 * Choosing a selector by name.
 */
import { EpollSelector } from './epoll-selector.ts';
import { PollSelector } from './poll-selector.ts';
import { SelectSelector } from './select-selector.ts';
import type { Selector, SelectorKind } from './selector.ts';

/**
 * Makes an empty selector.
 *
 * `'select'` is on every system and ends at descriptor 1023; `'poll'` is on every system without that limit; `'epoll'`
 * is on Linux and does not slow down with the number of idle descriptors.
 *
 * @throws RangeError for another name; Error for `'epoll'` where there is none; SocketError when epoll gets no
 *   descriptor (EMFILE).
 *
 * @example
 * ```ts
 * import { READ, WakePipe, createSelector, wake } from '@concurrent-primes/sockets';
 *
 * using selector = createSelector('poll');
 * using pipe = new WakePipe();
 * selector.register(pipe.readDescriptor, READ);
 * wake(pipe.writeDescriptor);
 * console.log(selector.select(undefined).count); // prints 1
 * ```
 */
export function createSelector(kind: SelectorKind): Selector {
  switch (kind) {
    case 'select':
      return new SelectSelector();
    case 'poll':
      return new PollSelector();
    case 'epoll':
      return new EpollSelector();
    default:
      throw new RangeError(`createSelector: kind must be 'select', 'poll' or 'epoll', received '${String(kind)}'`);
  }
}

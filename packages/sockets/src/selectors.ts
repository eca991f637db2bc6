/**
 * The registry of selectors: adding one is a file like `poll-selector.ts` and an entry here.
 *
 * Flags, `createSelector`, the contract tests and the servers' tests read the record; none of them lists names of its
 * own.
 */
import { EpollSelector } from './epoll-selector.ts';
import { PLATFORM_IF_KNOWN } from './platform.ts';
import { PollSelector } from './poll-selector.ts';
import { FD_SETSIZE, SelectSelector } from './select-selector.ts';
import type { Selector } from './selector.ts';

/** What the registry says of one selector. */
export interface SelectorEntry {
  /** One line for a `--help`: the system call and its limits. */
  readonly description: string;
  /** Exclusive upper limit of descriptors, as of `Selector`. */
  readonly capacity: number;
  /** Whether this system has the system call. */
  readonly available: boolean;
  /** Whether `select()` adds `END` once the peer has ended its sending. */
  readonly reportsEnd: boolean;
  /** Makes an empty selector. */
  readonly create: () => Selector;
}

/** All selectors of this package by name, simplest first. */
export const SELECTORS = {
  select: {
    description: 'select(2): on every system, descriptors below 1024 only',
    capacity: FD_SETSIZE,
    available: true,
    reportsEnd: false,
    create: () => new SelectSelector(),
  },
  poll: {
    description: 'poll(2): on every system, any descriptor',
    capacity: Infinity,
    available: true,
    reportsEnd: PLATFORM_IF_KNOWN.POLLRDHUP !== 0,
    create: () => new PollSelector(),
  },
  epoll: {
    description: 'epoll(7): Linux, any descriptor, idle descriptors cost nothing',
    capacity: Infinity,
    available: PLATFORM_IF_KNOWN.epollEvent !== undefined,
    reportsEnd: true,
    create: () => new EpollSelector(),
  },
} as const satisfies Readonly<Record<string, SelectorEntry>>;

/** The name of a selector. */
export type SelectorKind = keyof typeof SELECTORS;

/** The names of the selectors that this system has. */
export const SELECTOR_KINDS: readonly SelectorKind[] = (Object.keys(SELECTORS) as SelectorKind[]).filter(
  (kind) => SELECTORS[kind].available,
);

/**
 * Makes an empty selector.
 *
 * @param kind - A name in {@link SELECTORS}.
 * @throws RangeError for a name that this system has no selector for; SocketError when epoll gets no descriptor
 *   (EMFILE).
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
  if (!SELECTOR_KINDS.includes(kind)) {
    throw new RangeError(
      `cannot create a selector: kind must be ${SELECTOR_KINDS.join(', ')} on this system, got ${kind as string}`,
    );
  }
  return SELECTORS[kind].create();
}

import type { SelectorKind } from '@concurrent-primes/sockets';

/** The selectors of this system; epoll exists on Linux only. */
export const SELECTOR_KINDS: readonly SelectorKind[] =
  process.platform === 'linux' ? ['select', 'poll', 'epoll'] : ['select', 'poll'];

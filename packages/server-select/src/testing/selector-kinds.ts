/** The selectors of this system, from their registry. */
export { SELECTOR_KINDS } from '@concurrent-primes/sockets';

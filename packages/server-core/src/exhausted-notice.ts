import type { SocketError } from '@concurrent-primes/sockets';

/**
 * What the people who run a server are told when there is no descriptor left for a client who waits.
 *
 * @param error of the `accept` that has failed, see `isExhausted`
 */
export function exhaustedNotice({ code }: SocketError): string {
  return `accept: ${code}: new clients wait until one leaves; raise the limit with ulimit -n`;
}

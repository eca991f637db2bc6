import type { SocketError } from '@concurrent-primes/sockets';

/** Returns the notice for an `accept` without a free descriptor. */
export function exhaustedNotice({ code }: SocketError): string {
  return `accept: ${code}: new clients wait until a client leaves; raise the limit with ulimit -n`;
}

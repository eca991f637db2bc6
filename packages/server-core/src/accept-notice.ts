import { type SocketError, isExhausted } from '@concurrent-primes/sockets';

/** Returns the notice for an `accept` that failed and is tried again: for lack of descriptors, or by the system's will. */
export function acceptNotice(error: SocketError): string {
  const { code, message } = error;
  return isExhausted(error)
    ? `accept: ${code}: new clients wait until a client leaves; raise the limit with ulimit -n`
    : `${message}: accept is tried again, and new clients wait meanwhile`;
}

/**
 * Serves one client, from its first byte to its last, in a straight loop of blocking calls.
 *
 * The verbs are those of the select server's loop. No other client waits for this thread, so each call may block. The
 * socket's timeouts limit it, and the main thread can interrupt it (`interruptible-calls.ts`).
 */
import type { SocketConnection } from '@concurrent-primes/server-core';
import { InterruptibleCalls, type PoolContext } from './interruptible-calls.ts';

/**
 * The most bytes of one `send(2)`. No other client waits for this thread, so larger sends are better: the kernel wakes a
 * thread in `send` when a good part of the socket's buffer is free, and larger sends mean fewer wake-ups.
 */
export const POOL_SEND_BYTES = 262_144;

/**
 * Serves one client, whose socket has the timeouts of the listening one, until its conversation is over; the caller
 * closes the connection.
 */
export function serve(connection: SocketConnection, context: PoolContext): void {
  const calls = new InterruptibleCalls(connection, context);
  while (calls.goOn()) {
    switch (connection.next) {
      case 'receive':
        calls.receive();
        break;
      case 'work':
        connection.work();
        break;
      case 'send':
        calls.send(POOL_SEND_BYTES);
        break;
    }
  }
}

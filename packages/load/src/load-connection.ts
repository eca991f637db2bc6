/** The socket calls that the load engine makes, and what their failures mean. */
import {
  CountOutOfRangeError,
  EarlyEndError,
  RefusedError,
  TrailingGarbageError,
  WrongAnswerError,
  WrongGreetingError,
} from '@concurrent-primes/protocol';
import { isExhausted, type Socket, SocketError } from '@concurrent-primes/sockets';
import type { ErrorKind } from './load-result.ts';

/** A non-blocking connection that may still be under way; a test passes its own. */
export type LoadConnection = Pick<
  Socket,
  'descriptor' | 'send' | 'recv' | 'close' | 'finishConnect' | 'shutdown' | 'setLinger' | 'setNoDelay'
>;

/** Begins to connect. */
export type Connect = () => LoadConnection;

/**
 * Names the reason why a request failed.
 *
 * @param error - thrown by a socket or by the client's session
 * @param isConnected - whether the connection had been made
 * @throws the error itself, if it is a fault of this program
 */
export function errorKindOf(error: unknown, isConnected: boolean): ErrorKind {
  if (error instanceof SocketError) return socketErrorKind(error, isConnected);
  if (error instanceof RefusedError) return `refused-${error.reason}`;
  if (error instanceof EarlyEndError) return 'early-end';
  if (error instanceof CountOutOfRangeError) return 'wrong-count';
  if (error instanceof WrongGreetingError) return 'wrong-greeting';
  if (error instanceof TrailingGarbageError) return 'unasked-bytes';
  if (error instanceof WrongAnswerError) return 'wrong-primes';
  throw error;
}

function socketErrorKind(error: SocketError, isConnected: boolean): ErrorKind {
  const { code } = error;
  if (isExhausted(error)) return 'out-of-descriptors';
  if (isConnected) return 'reset';
  if (code === 'ECONNREFUSED') return 'connect-refused';
  return code === 'EADDRNOTAVAIL' ? 'out-of-ports' : 'connect-failed';
}

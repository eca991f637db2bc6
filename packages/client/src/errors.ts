/**
 * Errors of a connection. For a server's mistakes in the conversation see the errors of `protocol`; a wrong argument or a
 * call out of turn throws a built-in error, because no caller should catch it.
 */

/** No connection was made; `cause` is the system's error. */
export class ConnectError extends Error {
  override name = 'ConnectError';
}

/** The connection broke before the answer was complete; `cause` is the system's error, if there was one. */
export class ConnectionLostError extends Error {
  override name = 'ConnectionLostError';
}

/** The server was silent for longer than the caller allows. */
export class TimeoutError extends Error {
  override name = 'TimeoutError';
}

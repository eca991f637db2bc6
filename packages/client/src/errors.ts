/**
 * What can go wrong with a connection. What a server can get wrong in the conversation has its errors in the package
 * `protocol`; a wrong argument or a call out of turn is a built-in error, because no caller should catch it.
 */

/** No connection could be made; `cause` is the error of the system. */
export class ConnectError extends Error {
  override name = 'ConnectError';
}

/** The connection broke before the answer was whole; `cause` is the error of the system, if there was one. */
export class ConnectionLostError extends Error {
  override name = 'ConnectionLostError';
}

/** The server was silent for longer than the caller allows. */
export class TimeoutError extends Error {
  override name = 'TimeoutError';
}

/**
 * Connecting to a TCP server, waiting for it or not. connect(2)
 */
import { encodeAddress, formatAddress } from './address.ts';
import { SocketError, errnos } from './error.ts';
import { libc } from './libc.ts';
import { closeOnFailure, openSocket } from './open.ts';
import { getIntOption } from './options.ts';
import { platform } from './platform.ts';
import { Socket } from './socket.ts';
import { POLLOUT, waitReady } from './wait.ts';

/** Whom to connect to, and how. */
export interface ConnectOptions {
  /** Numeric IPv4 or IPv6 address. */
  readonly host: string;
  /** 1 to 65535. */
  readonly port: number;
  /**
   * Whether to return at once: the socket becomes writable when the attempt has come to its end, and
   * {@link Socket.finishConnect} tells which. Default false.
   */
  readonly nonBlocking?: boolean;
}

/**
 * Connects to a TCP server.
 *
 * @throws SocketError when it can't (ECONNREFUSED, ENETUNREACH, ETIMEDOUT); TypeError when the host is not numeric;
 *   RangeError when the port is out of range.
 */
export function connect(options: ConnectOptions): Socket {
  const { host, port, nonBlocking = false } = options;
  const { family, bytes } = encodeAddress('connect', host, port);
  const descriptor = openSocket(family, nonBlocking);
  return closeOnFailure(descriptor, () => {
    if (libc().connect(descriptor, bytes, bytes.length) < 0) {
      const errno = awaitOutcome(descriptor, libc().errno(), nonBlocking);
      if (errno !== 0) throw new SocketError('connect', errno, { descriptor, subject: formatAddress({ host, port }) });
    }
    return Socket.adopt(descriptor);
  });
}

/** Turns "not finished" into the outcome: 0, or the error number. */
function awaitOutcome(descriptor: number, errno: number, nonBlocking: boolean): number {
  if (nonBlocking && errno === errnos.EINPROGRESS) return 0;
  if (errno !== errnos.EINTR) return errno;
  // A signal ends the call, not the attempt: to connect again would fail with EALREADY.
  if (nonBlocking) return 0;
  waitReady(descriptor, POLLOUT, Infinity);
  const { SOL_SOCKET, SO_ERROR } = platform();
  return getIntOption(descriptor, SOL_SOCKET, SO_ERROR);
}

/** Connecting to a TCP server, blocking or not. connect(2) */
import { encodeAddress, formatAddress } from './address.ts';
import { SocketError, errnos } from './error.ts';
import { libc } from './libc.ts';
import { closeOnFailure, openSocket } from './open.ts';
import { getIntOption, setIntOption } from './options.ts';
import { platform } from './platform.ts';
import { Socket } from './socket.ts';
import { POLLOUT, waitReady } from './wait.ts';

export interface ConnectOptions {
  /** Numeric IPv4 or IPv6 address. */
  readonly host: string;
  /** 1 to 65535. */
  readonly port: number;
  /**
   * Return at once: the socket becomes writable when the attempt is over, and {@link Socket.finishConnect} tells its
   * outcome. Default false.
   */
  readonly nonBlocking?: boolean;
  /**
   * Numeric address of this end. A pair of addresses has about 28,000 ports, and those of closed connections stay in
   * use for a while (TIME_WAIT), so a program that makes more connections needs several addresses; on Linux, all of
   * 127.0.0.0/8 belong to this machine. Default: the system's choice.
   */
  readonly localHost?: string;
}

/**
 * Connects to a TCP server.
 *
 * @throws SocketError when the attempt fails (ECONNREFUSED, ENETUNREACH, ETIMEDOUT) or the local address is not of this
 *   machine (EADDRNOTAVAIL); TypeError when a host is not numeric; RangeError when the port is out of range.
 */
export function connect(options: ConnectOptions): Socket {
  const { host, port, nonBlocking = false, localHost } = options;
  const { family, bytes } = encodeAddress('connect', host, port);
  const descriptor = openSocket(family, nonBlocking);
  return closeOnFailure(descriptor, () => {
    if (localHost !== undefined) bindLocal(descriptor, localHost);
    if (libc().connect(descriptor, bytes, bytes.length) < 0) {
      const errno = awaitOutcome(descriptor, libc().errno(), nonBlocking);
      if (errno !== 0) throw new SocketError('connect', errno, { descriptor, subject: formatAddress({ host, port }) });
    }
    return Socket.adopt(descriptor);
  });
}

/** Binds this end's address and leaves the port to `connect`, which knows the other end. ip(7) */
function bindLocal(descriptor: number, host: string): void {
  const { IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT } = platform();
  // Otherwise `bind` takes a port that is free towards every other end; there are too few of those.
  if (IP_BIND_ADDRESS_NO_PORT !== undefined) setIntOption(descriptor, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 1);
  const { bytes } = encodeAddress('connect', host, 0);
  if (libc().bind(descriptor, bytes, bytes.length) < 0) {
    throw new SocketError('bind', libc().errno(), { descriptor, subject: formatAddress({ host, port: 0 }) });
  }
}

/** The final error number of a `connect` that returned one: 0 when it succeeded or is still in progress. */
function awaitOutcome(descriptor: number, errno: number, nonBlocking: boolean): number {
  if (nonBlocking && errno === errnos.EINPROGRESS) return 0;
  if (errno !== errnos.EINTR) return errno;
  // A signal ends the call, not the attempt: a second connect would fail with EALREADY.
  if (nonBlocking) return 0;
  waitReady(descriptor, POLLOUT, Infinity);
  const { SOL_SOCKET, SO_ERROR } = platform();
  return getIntOption(descriptor, SOL_SOCKET, SO_ERROR);
}

/**
 * A listening TCP socket: `listen` makes it, `accept` takes connections out of its queue.
 *
 * The kernel completes the handshake by itself and queues the connection; `accept` only takes it over. The queue holds
 * `backlog` connections (listen(2)), so clients can connect, and send, before anybody has accepted them.
 */
import {
  type SocketAddress,
  addressBuffer,
  addressLength,
  encodeAddress,
  formatAddress,
  localAddress,
  packAddress,
} from './address.ts';
import { Descriptor, WOULD_BLOCK } from './descriptor.ts';
import { SocketError, errnos } from './error.ts';
import { libc } from './libc.ts';
import { closeOnFailure, openSocket, prepareSocket } from './open.ts';
import { getTimeoutOption, setIntOption, setTimeoutOption } from './options.ts';
import { platform } from './platform.ts';
import { Socket, shutdownDescriptor } from './socket.ts';

/** Where and how to listen. */
export interface ListenOptions {
  /** Numeric IPv4 or IPv6 address of this machine; `'0.0.0.0'` and `'::'` stand for all of them. */
  readonly host: string;
  /** 0 to 65535; 0 takes a free one, see {@link ListeningSocket.localAddress}. */
  readonly port: number;
  /** Connections that may wait to be accepted; the kernel caps it (on Linux at net.core.somaxconn). Default 511. */
  readonly backlog?: number;
  /** Take the port although old connections of it are still in TIME_WAIT. SO_REUSEADDR, default true. */
  readonly reuseAddress?: boolean;
  /**
   * Let several sockets of this user listen at this port; the kernel spreads connections over them. It joins whoever is
   * there already and allows it too; see {@link ListeningSocket.sharePort} for who must be the first. SO_REUSEPORT,
   * default false.
   */
  readonly reusePort?: boolean;
  /** Let accepted connections send small segments at once; they inherit it. TCP_NODELAY, default false. */
  readonly noDelay?: boolean;
  /** Whether `accept` answers "would block" instead of waiting. Default false. */
  readonly nonBlocking?: boolean;
  /**
   * How long `recv` blocks on accepted connections, until {@link Socket.setReceiveTimeout} says otherwise; `accept`
   * itself also answers "would block" after so long. SO_RCVTIMEO, default: for ever.
   */
  readonly receiveTimeoutMs?: number;
  /** How long `send` blocks on accepted connections, until {@link Socket.setSendTimeout} says otherwise. SO_SNDTIMEO */
  readonly sendTimeoutMs?: number;
}

/** How to take over an accepted connection. */
export interface AcceptOptions {
  /** Whether the new socket is non-blocking; it does not follow the listening one. Default false. */
  readonly nonBlocking?: boolean;
}

/** Node's own default: as many as a busy server's queue needs, and below most kernels' cap. */
const DEFAULT_BACKLOG = 511;

/**
 * What happened to a connection while it was in the queue: it is gone, and the next one may be there. Only ECONNABORTED
 * is in POSIX; the others are the network errors that accept(2) of Linux wants treated alike.
 */
const LOST_IN_QUEUE: ReadonlySet<number> = new Set([
  errnos.ECONNABORTED,
  errnos.EHOSTUNREACH,
  errnos.ENETDOWN,
  errnos.ENETUNREACH,
  errnos.ENOPROTOOPT,
  errnos.EPROTO,
]);

/** Owner of the descriptor of a listening socket. */
export class ListeningSocket extends Descriptor {
  /**
   * Takes ownership of a descriptor, as another thread released it.
   *
   * @param descriptor an open listening socket that nobody else closes
   */
  static adopt(descriptor: number): ListeningSocket {
    return new ListeningSocket(descriptor);
  }

  /**
   * Takes the next connection; waits for one when this socket is blocking. accept(2)
   *
   * @returns the connection, or `undefined` when it would have to wait
   * @throws SocketError as {@link ListeningSocket.acceptDescriptor}.
   */
  accept(options: AcceptOptions = {}): Socket | undefined {
    const descriptor = this.#accept(options, addressBuffer);
    return descriptor === WOULD_BLOCK ? undefined : Socket.accepted(descriptor, packAddress());
  }

  /**
   * Takes the next connection as a plain descriptor, which the caller owns: to hand it to another thread. accept(2)
   *
   * @returns the descriptor (0 or more), or {@link WOULD_BLOCK}
   * @throws SocketError when no descriptor is left (EMFILE, ENFILE; the connection stays in the queue, so a selector
   *   goes on reporting it), or when {@link ListeningSocket.shutdown} ended the listening (EINVAL).
   */
  acceptDescriptor(options: AcceptOptions = {}): number {
    return this.#accept(options, null);
  }

  #accept(options: AcceptOptions, address: Uint8Array | null): number {
    const nonBlocking = options.nonBlocking ?? false;
    const { SOCK_CLOEXEC, SOCK_NONBLOCK } = platform();
    const flags = SOCK_CLOEXEC | (nonBlocking ? SOCK_NONBLOCK : 0);
    for (;;) {
      const length = address === null ? null : addressLength();
      const descriptor = libc().accept(this.descriptor, address, length, flags);
      if (descriptor >= 0) return this.#prepare(descriptor, nonBlocking);
      const errno = libc().errno();
      if (errno === errnos.EAGAIN) return WOULD_BLOCK;
      if (errno === errnos.EINTR || LOST_IN_QUEUE.has(errno)) continue;
      throw new SocketError('accept', errno, { descriptor: this.descriptor });
    }
  }

  /**
   * Ends listening and wakes every thread blocked in `accept`, which then throws EINVAL. shutdown(2)
   *
   * Closing would not wake them: the blocked call keeps the socket alive. A thread that has only the number calls
   * {@link shutdownDescriptor}.
   */
  shutdown(): void {
    shutdownDescriptor(this.descriptor, 'both');
  }

  /**
   * Lets sockets that listen later, with {@link ListenOptions.reusePort}, have this port too. SO_REUSEPORT
   *
   * This socket has taken the port for itself alone, so the others can only be those that come after it. With
   * `reusePort` from the beginning it could have joined a server that it knows nothing of. (socket(7) wants the option
   * set before bind. That is for joining: what a later bind looks at is the option that this socket has by then.)
   */
  sharePort(): void {
    const { SOL_SOCKET, SO_REUSEPORT } = platform();
    setIntOption(this.descriptor, SOL_SOCKET, SO_REUSEPORT, 1);
  }

  #prepare(descriptor: number, nonBlocking: boolean): number {
    prepareSocket(descriptor, nonBlocking);
    const { acceptInheritsTimeouts, SO_RCVTIMEO, SO_SNDTIMEO } = platform();
    if (acceptInheritsTimeouts) return descriptor;
    return closeOnFailure(descriptor, () => {
      for (const name of [SO_RCVTIMEO, SO_SNDTIMEO]) {
        setTimeoutOption(descriptor, name, getTimeoutOption(this.descriptor, name));
      }
      return descriptor;
    });
  }

  /** The address it listens at, with the port that the kernel chose. getsockname(2) */
  localAddress(): SocketAddress {
    return localAddress(this.descriptor);
  }
}

/**
 * Listens for TCP connections. socket(2), bind(2), listen(2)
 *
 * @throws SocketError when the address can't be had (EADDRINUSE, EADDRNOTAVAIL, EACCES); TypeError when the host is not
 *   numeric; RangeError when port or backlog is out of range.
 *
 * @example
 * ```ts
 * import { listen } from '@concurrent-primes/sockets';
 *
 * using listener = listen({ host: '127.0.0.1', port: 0 });
 * console.log(listener.localAddress().host); // prints 127.0.0.1
 * ```
 */
export function listen(options: ListenOptions): ListeningSocket {
  const { host, port, backlog = DEFAULT_BACKLOG, reuseAddress = true, reusePort = false, noDelay = false } = options;
  const { receiveTimeoutMs, sendTimeoutMs } = options;
  if (!Number.isInteger(backlog) || backlog < 0 || backlog > 2 ** 31 - 1) {
    throw new RangeError(`listen: backlog must be an integer in [0, 2147483647], received ${String(backlog)}`);
  }
  const { family, bytes } = encodeAddress('listen', host, port);
  const { SOL_SOCKET, SO_REUSEADDR, SO_REUSEPORT, IPPROTO_TCP, TCP_NODELAY, SO_RCVTIMEO, SO_SNDTIMEO } = platform();
  const descriptor = openSocket(family, options.nonBlocking ?? false);
  return closeOnFailure(descriptor, () => {
    if (reuseAddress) setIntOption(descriptor, SOL_SOCKET, SO_REUSEADDR, 1);
    if (reusePort) setIntOption(descriptor, SOL_SOCKET, SO_REUSEPORT, 1);
    if (noDelay) setIntOption(descriptor, IPPROTO_TCP, TCP_NODELAY, 1);
    if (receiveTimeoutMs !== undefined) setTimeoutOption(descriptor, SO_RCVTIMEO, receiveTimeoutMs);
    if (sendTimeoutMs !== undefined) setTimeoutOption(descriptor, SO_SNDTIMEO, sendTimeoutMs);
    const on = { descriptor, subject: formatAddress({ host, port }) };
    if (libc().bind(descriptor, bytes, bytes.length) < 0) throw new SocketError('bind', libc().errno(), on);
    if (libc().listen(descriptor, backlog) < 0) throw new SocketError('listen', libc().errno(), on);
    return ListeningSocket.adopt(descriptor);
  });
}

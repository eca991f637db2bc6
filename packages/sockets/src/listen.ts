/**
 * A listening TCP socket: `listen` opens it, `accept` takes connections out of its queue.
 *
 * The kernel completes the handshake alone and queues the connection. The queue holds `backlog` connections
 * (listen(2)), so clients can connect, and send, before the server accepts them.
 *
 * `encodeAddress` makes the C struct of an address, and `packAddress` reads the one that `accept` has written into
 * `addressBuffer`. `openSocket` calls `socket(2)`; `closeOnFailure` closes a new descriptor when a later step fails.
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
import { checkInteger } from './arguments.ts';
import { Descriptor, WOULD_BLOCK, check } from './descriptor.ts';
import { SocketError, errnos, isExhausted, mayPass } from './error.ts';
import { libc } from './libc.ts';
import { closeOnFailure, configureSocket, openSocket } from './open.ts';
import { getIntOption, getTimeoutOption, setIntOption, setTimeoutOption } from './options.ts';
import { platform } from './platform.ts';
import { Socket, shutdownDescriptor } from './socket.ts';

export interface ListenOptions {
  /** Numeric IPv4 or IPv6 address of this machine; `'0.0.0.0'` and `'::'` stand for all of them. */
  readonly host: string;
  /** 0 to 65535; 0 lets the kernel choose one, see {@link ListeningSocket.localAddress}. */
  readonly port: number;
  /** Length of the queue of connections to accept, limited by the kernel (Linux: net.core.somaxconn). Default 511. */
  readonly backlog?: number;
  /** Take the port even if old connections on it are in TIME_WAIT. SO_REUSEADDR, default true. */
  readonly reuseAddress?: boolean;
  /**
   * Share the port with other sockets of this user that allow it too; the kernel spreads connections over them. The
   * first of them should use {@link ListeningSocket.sharePort} instead. SO_REUSEPORT, default false.
   */
  readonly reusePort?: boolean;
  /** Accepted connections send small segments at once (they inherit the option). TCP_NODELAY, default false. */
  readonly noDelay?: boolean;
  /** `accept` returns "would block" instead of waiting. Default false. */
  readonly nonBlocking?: boolean;
  /** Initial receive timeout of accepted connections, and timeout of `accept` itself. SO_RCVTIMEO, default: no limit. */
  readonly receiveTimeoutMs?: number;
  /** Initial send timeout of accepted connections. SO_SNDTIMEO, default: no limit. */
  readonly sendTimeoutMs?: number;
}

export interface AcceptOptions {
  /** Whether the new socket is non-blocking; it does not inherit that. Default false. */
  readonly nonBlocking?: boolean;
}

/** Node's own default: enough for a busy server, and below the limit of most kernels. */
const DEFAULT_BACKLOG = 511;

/**
 * `accept` tries again at most this often in a row: an error of a connection that was lost in the queue says nothing of the
 * next one, but a firewall may refuse all of them.
 */
const MOST_LOST = 16;

/** Owner of a listening socket's descriptor. */
export class ListeningSocket extends Descriptor {
  /**
   * Takes ownership of a descriptor, such as one that another thread has released.
   *
   * @param descriptor - An open listening socket without another owner.
   */
  static adopt(descriptor: number): ListeningSocket {
    return new ListeningSocket(descriptor);
  }

  /**
   * Takes ownership of a descriptor that another program has opened and passed to this one, which then keeps it from its
   * own child processes. FD_CLOEXEC
   *
   * @param descriptor - An inherited or received descriptor.
   * @throws SocketError when it is not open (EBADF) or no socket (ENOTSOCK); TypeError when it is another kind of socket.
   *   The descriptor stays open then.
   */
  static inherit(descriptor: number): ListeningSocket {
    const { F_SETFD, FD_CLOEXEC, SOL_SOCKET, SO_ACCEPTCONN, SO_PROTOCOL, IPPROTO_TCP } = platform();
    const listens = getIntOption(descriptor, SOL_SOCKET, SO_ACCEPTCONN) !== 0;
    const isTcp = SO_PROTOCOL === undefined || getIntOption(descriptor, SOL_SOCKET, SO_PROTOCOL) === IPPROTO_TCP;
    if (!listens || !isTcp) {
      const got = isTcp ? 'one that does not listen' : 'a socket of another protocol';
      throw new TypeError(`cannot listen on descriptor ${descriptor}: it must be a listening TCP socket, got ${got}`);
    }
    check('fcntl', descriptor, libc().fcntlSet(descriptor, F_SETFD, FD_CLOEXEC));
    return new ListeningSocket(descriptor);
  }

  /**
   * Opens a second descriptor for the same socket, with the same queue of connections. fcntl(2), F_DUPFD_CLOEXEC
   *
   * The port is free when both are closed. {@link ListeningSocket.shutdown} of one ends listening for both.
   *
   * @throws SocketError when no descriptor is free (EMFILE).
   */
  duplicate(): ListeningSocket {
    const { descriptor } = this;
    return new ListeningSocket(check('fcntl', descriptor, libc().fcntlSet(descriptor, platform().F_DUPFD_CLOEXEC, 0)));
  }

  /** Changes what connections inherit that are accepted from now on, also by other owners of this socket. */
  setAccepted(options: Pick<ListenOptions, 'noDelay' | 'receiveTimeoutMs' | 'sendTimeoutMs'>): void {
    setInherited(this.descriptor, options);
  }

  /**
   * Takes the next connection; a blocking socket waits for it. accept(2)
   *
   * @returns The connection; `undefined` when there is none (non-blocking) or the timeout has passed (blocking).
   * @throws SocketError as {@link ListeningSocket.acceptDescriptor}.
   */
  accept(options: AcceptOptions = {}): Socket | undefined {
    const descriptor = this.#accept(options, addressBuffer);
    return descriptor === WOULD_BLOCK ? undefined : Socket.accepted(descriptor, packAddress());
  }

  /**
   * Takes the next connection as a descriptor that the caller owns, to pass it to another thread. accept(2)
   *
   * @returns The descriptor (0 or more), or {@link WOULD_BLOCK}.
   * @throws SocketError when no descriptor is free (EMFILE, ENFILE; the connection stays in the queue, so selectors go
   *   on reporting it), when connections fail again and again, or after {@link ListeningSocket.shutdown} (EINVAL).
   */
  acceptDescriptor(options: AcceptOptions = {}): number {
    return this.#accept(options, null);
  }

  #accept(options: AcceptOptions, address: Uint8Array | null): number {
    const nonBlocking = options.nonBlocking ?? false;
    const { SOCK_CLOEXEC, SOCK_NONBLOCK } = platform();
    const flags = SOCK_CLOEXEC | (nonBlocking ? SOCK_NONBLOCK : 0);
    for (let lost = 0; ;) {
      const length = address === null ? null : addressLength();
      const descriptor = libc().accept(this.descriptor, address, length, flags);
      if (descriptor >= 0) return this.#prepare(descriptor, nonBlocking);
      const errno = libc().errno();
      if (errno === errnos.EAGAIN) return WOULD_BLOCK;
      if (errno === errnos.EINTR) continue;
      const error = new SocketError('accept', errno, { descriptor: this.descriptor });
      lost += 1;
      if (isExhausted(error) || !mayPass(error) || lost >= MOST_LOST) throw error;
    }
  }

  /**
   * Ends listening and wakes every thread blocked in `accept`, which then throws EINVAL. shutdown(2)
   *
   * Closing does not wake them: the blocked call keeps the socket open. A thread that has only the descriptor calls
   * {@link shutdownDescriptor}.
   */
  shutdown(): void {
    shutdownDescriptor(this.descriptor, 'both');
  }

  /**
   * Lets sockets that listen later with {@link ListenOptions.reusePort} share this port. SO_REUSEPORT
   *
   * This socket was bound without the option, so it can't have joined another server's port by accident. (socket(7)
   * says to set the option before bind, but a later bind looks at the option that this socket has by then.)
   */
  sharePort(): void {
    const { SOL_SOCKET, SO_REUSEPORT } = platform();
    setIntOption(this.descriptor, SOL_SOCKET, SO_REUSEPORT, 1);
  }

  #prepare(descriptor: number, nonBlocking: boolean): number {
    return closeOnFailure(descriptor, () => {
      configureSocket(descriptor, nonBlocking);
      const { acceptInheritsTimeouts, SO_RCVTIMEO, SO_SNDTIMEO } = platform();
      if (acceptInheritsTimeouts) return descriptor;
      for (const name of [SO_RCVTIMEO, SO_SNDTIMEO]) {
        setTimeoutOption(descriptor, name, getTimeoutOption(this.descriptor, name));
      }
      return descriptor;
    });
  }

  /** The address of this socket, with the port that the kernel chose. getsockname(2) */
  localAddress(): SocketAddress {
    return localAddress(this.descriptor);
  }
}

/**
 * Listens for TCP connections. socket(2), bind(2), listen(2)
 *
 * @throws SocketError when the address is not available (EADDRINUSE, EADDRNOTAVAIL, EACCES); TypeError when the host is
 *   not numeric; RangeError when port, backlog or a timeout is out of range.
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
  const { host, port, backlog = DEFAULT_BACKLOG, reuseAddress = true, reusePort = false } = options;
  checkInteger('listen', 'backlog', backlog, 0, 2 ** 31 - 1);
  const { family, bytes } = encodeAddress('listen', host, port);
  const { SOL_SOCKET, SO_REUSEADDR, SO_REUSEPORT } = platform();
  const descriptor = openSocket(family, options.nonBlocking ?? false);
  return closeOnFailure(descriptor, () => {
    if (reuseAddress) setIntOption(descriptor, SOL_SOCKET, SO_REUSEADDR, 1);
    if (reusePort) setIntOption(descriptor, SOL_SOCKET, SO_REUSEPORT, 1);
    setInherited(descriptor, options);
    const on = { descriptor, subject: formatAddress({ host, port }) };
    if (libc().bind(descriptor, bytes, bytes.length) < 0) throw new SocketError('bind', libc().errno(), on);
    if (libc().listen(descriptor, backlog) < 0) throw new SocketError('listen', libc().errno(), on);
    return ListeningSocket.adopt(descriptor);
  });
}

function setInherited(
  descriptor: number,
  { noDelay = false, receiveTimeoutMs, sendTimeoutMs }: Parameters<ListeningSocket['setAccepted']>[0],
): void {
  const { IPPROTO_TCP, TCP_NODELAY, SO_RCVTIMEO, SO_SNDTIMEO } = platform();
  if (noDelay) setIntOption(descriptor, IPPROTO_TCP, TCP_NODELAY, 1);
  if (receiveTimeoutMs !== undefined) setTimeoutOption(descriptor, SO_RCVTIMEO, receiveTimeoutMs);
  if (sendTimeoutMs !== undefined) setTimeoutOption(descriptor, SO_SNDTIMEO, sendTimeoutMs);
}

/**
 * A TCP connection: `recv`, `send`, `shutdown`, `close` and socket options.
 *
 * TCP carries a stream of bytes, not messages. `recv` returns what has arrived, possibly one byte; `send` takes what
 * has room, possibly one byte. Callers that need every byte must loop. "Not now" is a value ({@link WOULD_BLOCK}, -1),
 * not an error: it is the normal case of a non-blocking socket, and an exception would cost more than the call.
 *
 * Callers never see signals: a call that one interrupts goes on (`wait.ts`), and sending to a closed connection fails
 * with EPIPE instead of raising SIGPIPE.
 *
 * The base class {@link Descriptor} owns the file descriptor: `close()` closes it once, `release()` gives it to another
 * thread, which calls `adopt()`. `check` throws a {@link SocketError} for a negative result of a system call.
 */
import {
  type PackedAddress,
  type SocketAddress,
  localAddress,
  packedPeerAddress,
  portOf,
  unpackAddress,
} from './address.ts';
import { Descriptor, NO_DESCRIPTOR, WOULD_BLOCK, check } from './descriptor.ts';
import { SocketError, errnos, mayPass } from './error.ts';
import { libc } from './libc.ts';
import { getIntOption, getTimeoutOption, setIntOption, setLingerOption, setTimeoutOption } from './options.ts';
import { platform } from './platform.ts';
import { POLLIN, POLLOUT, waitReady } from './wait.ts';

/** The direction, or directions, that {@link Socket.shutdown} ends. */
export type ShutdownHow = 'read' | 'write' | 'both';

const HOW: Readonly<Record<ShutdownHow, number>> = { read: 0, write: 1, both: 2 };

/**
 * Owner of one TCP connection's descriptor.
 *
 * @example
 * ```ts no-run (needs a server)
 * import { connect } from '@concurrent-primes/sockets';
 *
 * using socket = connect({ host: '127.0.0.1', port: 65432 });
 * socket.send(new Uint8Array([0, 0, 0, 100, 0, 0, 0, 200]));
 * const answer = new Uint8Array(4096);
 * const received = socket.recv(answer);
 * ```
 */
export class Socket extends Descriptor {
  #peer: PackedAddress | undefined;

  /**
   * Takes ownership of a descriptor, such as one that another thread has released.
   *
   * @param descriptor - An open socket without another owner.
   */
  static adopt(descriptor: number): Socket {
    return new Socket(descriptor);
  }

  /** Takes ownership of an accepted connection whose peer is known; for this package only. */
  static accepted(descriptor: number, peer: PackedAddress): Socket {
    const socket = new Socket(descriptor);
    socket.#peer = peer;
    return socket;
  }

  /**
   * Opens a second descriptor, the lowest free one, for the same connection. fcntl(2), F_DUPFD_CLOEXEC
   *
   * The connection ends when both are closed. So a connection whose descriptor is too high for `select(2)` can move to
   * a lower one once that is free.
   *
   * @throws SocketError when no descriptor is free (EMFILE).
   */
  duplicate(): Socket {
    const { descriptor } = this;
    const second = new Socket(check('fcntl', descriptor, libc().fcntlSet(descriptor, platform().F_DUPFD_CLOEXEC, 0)));
    second.#peer = this.#peer;
    return second;
  }

  /**
   * Receives what has arrived; a blocking socket waits for the first byte. recv(2)
   *
   * @param buffer - Memory to fill: over an `ArrayBuffer`, a `SharedArrayBuffer` or WebAssembly memory.
   * @param maxBytes - Most bytes to take, at least 1; default: the length of the buffer.
   * @returns Number of bytes, at least 1; 0 when the peer has ended its stream; {@link WOULD_BLOCK} when nothing has
   *   arrived (non-blocking) or the receive timeout has passed (blocking).
   * @throws SocketError when the connection broke (ECONNRESET, ETIMEDOUT) or is closed (EBADF); RangeError when
   *   maxBytes is not in [1, length of the buffer]: a result of 0 for 0 bytes would look like the end of the stream.
   */
  recv(buffer: Uint8Array, maxBytes = buffer.byteLength): number {
    if (!Number.isInteger(maxBytes) || maxBytes < 1 || maxBytes > buffer.byteLength) {
      throw new RangeError(`cannot recv: maxBytes must be an integer in [1, ${buffer.byteLength}], got ${maxBytes}`);
    }
    const received = libc().recv(this.descriptor, buffer, maxBytes, 0);
    return received >= 0 ? received : this.#afterFailure('recv', buffer, maxBytes);
  }

  /**
   * Sends as many bytes as the kernel's send buffer has room for; a blocking socket waits until all have room. send(2)
   *
   * @param buffer - Bytes over an `ArrayBuffer`, a `SharedArrayBuffer` or WebAssembly memory.
   * @param bytes - Number of bytes to send, from the first on; default: all.
   * @returns Number of bytes taken, fewer than given when the send buffer is full (non-blocking) or the send timeout has
   *   passed (blocking); {@link WOULD_BLOCK} when none was taken.
   * @throws SocketError when the connection broke (EPIPE, ECONNRESET, ETIMEDOUT) or is closed (EBADF).
   */
  send(buffer: Uint8Array, bytes = buffer.byteLength): number {
    const sent = libc().send(this.descriptor, buffer, bytes, platform().MSG_NOSIGNAL);
    return sent >= 0 ? sent : this.#afterFailure('send', buffer, bytes);
  }

  /** The same, but never waits, even on a blocking socket; {@link WOULD_BLOCK} also when a signal came. */
  sendNow(buffer: Uint8Array): number {
    const { MSG_DONTWAIT, MSG_NOSIGNAL } = platform();
    const sent = libc().send(this.descriptor, buffer, buffer.byteLength, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent >= 0) return sent;
    const errno = libc().errno();
    if (errno === errnos.EAGAIN || errno === errnos.EINTR) return WOULD_BLOCK;
    throw new SocketError('send', errno, { descriptor: this.descriptor });
  }

  /**
   * Ends one or both directions of this connection and wakes threads blocked in them. shutdown(2)
   *
   * After `'write'`, the peer's `recv` returns 0 at the end; after `'read'`, this side's does.
   *
   * @throws SocketError when the connection is gone (ENOTCONN).
   */
  shutdown(how: ShutdownHow): void {
    shutdownDescriptor(this.descriptor, how);
  }

  /**
   * Reads the outcome of a non-blocking `connect`; call it when the socket is writable. connect(2), EINPROGRESS
   *
   * @returns True when connected, false while the attempt is in progress.
   * @throws SocketError when the attempt has failed (ECONNREFUSED, ETIMEDOUT); close the socket then.
   */
  finishConnect(): boolean {
    const { SOL_SOCKET, SO_ERROR } = platform();
    const errno = getIntOption(this.descriptor, SOL_SOCKET, SO_ERROR);
    if (errno !== 0) throw new SocketError('connect', errno, { descriptor: this.descriptor });
    return connectedPeer(this.descriptor) !== undefined;
  }

  /** Sends small segments at once (true), or lets the kernel gather them by Nagle's algorithm (false). tcp(7) */
  setNoDelay(noDelay: boolean): void {
    const { IPPROTO_TCP, TCP_NODELAY } = platform();
    setIntOption(this.descriptor, IPPROTO_TCP, TCP_NODELAY, noDelay ? 1 : 0);
  }

  /**
   * Limits how long {@link Socket.recv} blocks. SO_RCVTIMEO
   *
   * The first signal during the wait restarts the limit, so the call lasts less than twice as long.
   *
   * @param timeoutMs - More than 0; `undefined` for no limit.
   */
  setReceiveTimeout(timeoutMs: number | undefined): void {
    setTimeoutOption(this.descriptor, platform().SO_RCVTIMEO, timeoutMs);
  }

  /**
   * Limits how long {@link Socket.send} blocks; as {@link Socket.setReceiveTimeout}. SO_SNDTIMEO
   *
   * @param timeoutMs - More than 0; `undefined` for no limit.
   */
  setSendTimeout(timeoutMs: number | undefined): void {
    setTimeoutOption(this.descriptor, platform().SO_SNDTIMEO, timeoutMs);
  }

  /**
   * Chooses what `close` does with unsent bytes. SO_LINGER
   *
   * @param seconds - 0 discards them and resets the connection; more is how long `close` waits until they are sent;
   *   `undefined` lets `close` return at once while the kernel goes on sending.
   */
  setLinger(seconds: number | undefined): void {
    setLingerOption(this.descriptor, seconds);
  }

  /**
   * Closes the socket; a second call does nothing. close(2)
   *
   * @param reset - whether to discard unsent bytes and reset the connection; default: the kernel goes on sending them
   */
  override close(reset = false): void {
    if (reset && this.descriptor !== NO_DESCRIPTOR) this.setLinger(0);
    super.close();
  }

  /** Requests a size of the kernel's send buffer; Linux doubles it for its bookkeeping. SO_SNDBUF */
  setSendBuffer(bytes: number): void {
    const { SOL_SOCKET, SO_SNDBUF } = platform();
    setIntOption(this.descriptor, SOL_SOCKET, SO_SNDBUF, bytes);
  }

  /** Requests a size of the kernel's receive buffer; Linux doubles it for its bookkeeping. SO_RCVBUF */
  setReceiveBuffer(bytes: number): void {
    const { SOL_SOCKET, SO_RCVBUF } = platform();
    setIntOption(this.descriptor, SOL_SOCKET, SO_RCVBUF, bytes);
  }

  /** The address of this end. getsockname(2) */
  localAddress(): SocketAddress {
    return localAddress(this.descriptor);
  }

  /**
   * The address of the other end. getpeername(2)
   *
   * The kernel forgets it after a reset. A socket from `accept` keeps it; another socket does so from
   * {@link Socket.rememberPeer} on.
   *
   * @throws SocketError when the connection is gone (ENOTCONN) and the address was not kept.
   */
  peerAddress(): SocketAddress {
    return unpackAddress(this.#peer ?? packedPeerAddress(this.descriptor));
  }

  /** Port of the other end, without a system call; 0 when the address is not kept. */
  get peerPort(): number {
    return this.#peer === undefined ? 0 : portOf(this.#peer);
  }

  /** Keeps the address of the other end from now on; does nothing when the connection is gone already. */
  rememberPeer(): void {
    this.#peer ??= connectedPeer(this.descriptor);
  }

  #afterFailure(call: 'recv' | 'send', buffer: Uint8Array, bytes: number): number {
    let errno = libc().errno();
    if (errno === errnos.EAGAIN) return WOULD_BLOCK;
    const { MSG_DONTWAIT, MSG_NOSIGNAL, SO_RCVTIMEO, SO_SNDTIMEO } = platform();
    const { descriptor } = this;
    if (errno === errnos.EINTR) {
      // Only a blocking socket gets here, before the first byte. The kernel knows its timeout.
      const timeoutMs = getTimeoutOption(descriptor, call === 'recv' ? SO_RCVTIMEO : SO_SNDTIMEO) ?? Infinity;
      const deadlineMs = performance.now() + timeoutMs;
      while (waitReady(descriptor, call === 'recv' ? POLLIN : POLLOUT, deadlineMs)) {
        // DONTWAIT, because another thread may have taken what was ready.
        const moved = libc()[call](descriptor, buffer, bytes, MSG_DONTWAIT | MSG_NOSIGNAL);
        if (moved >= 0) return moved;
        errno = libc().errno();
        if (errno !== errnos.EAGAIN && errno !== errnos.EINTR) throw new SocketError(call, errno, { descriptor });
      }
      return WOULD_BLOCK;
    }
    throw new SocketError(call, errno, { descriptor });
  }
}

/**
 * Ends one or both directions of a socket that another thread owns, and wakes that thread. shutdown(2)
 *
 * The caller must know that the owner has not closed it; otherwise the number may denote another connection. On a
 * listening socket, `'both'` makes a blocked `accept` throw EINVAL.
 *
 * @throws SocketError when the socket is neither connected nor listening (ENOTCONN) or not open (EBADF).
 */
export function shutdownDescriptor(descriptor: number, how: ShutdownHow): void {
  check('shutdown', descriptor, libc().shutdown(descriptor, HOW[how]));
}

/**
 * Whether nothing has arrived on a socket that another thread owns, not even the end of the peer's sending. recv(2),
 * MSG_PEEK
 *
 * The caller must know that the owner has not closed it.
 */
export function isSilent(descriptor: number): boolean {
  const { MSG_DONTWAIT, MSG_PEEK } = platform();
  const seen = libc().recv(descriptor, new Uint8Array(1), 1, MSG_DONTWAIT | MSG_PEEK);
  return seen < 0 && libc().errno() === errnos.EAGAIN;
}

/** The peer's address, or `undefined` when the socket is not connected. */
function connectedPeer(descriptor: number): PackedAddress | undefined {
  try {
    return packedPeerAddress(descriptor);
  } catch (error) {
    if (mayPass(error)) return undefined;
    throw error;
  }
}

/**
 * A TCP connection: `recv`, `send`, `shutdown`, `close` and the options of the socket.
 *
 * TCP carries a stream of bytes. `recv` gives what has arrived, be it one byte; `send` takes what there is room for, be
 * it one byte. Who needs "all of it" loops. What can't be done now is a value ({@link WOULD_BLOCK}), not an error: it
 * is the everyday case of a non-blocking socket, and an exception would cost more than the call.
 *
 * Signals never show: EINTR is dealt with inside (`wait.ts`), and writing to a connection that is gone gives EPIPE and
 * not the signal SIGPIPE.
 */
import {
  type PackedAddress,
  type SocketAddress,
  localAddress,
  packedPeerAddress,
  peerAddress,
  unpackAddress,
} from './address.ts';
import { Descriptor, WOULD_BLOCK, check } from './descriptor.ts';
import { SocketError, errnos } from './error.ts';
import { libc } from './libc.ts';
import { getIntOption, getTimeoutOption, setIntOption, setLingerOption, setTimeoutOption } from './options.ts';
import { platform } from './platform.ts';
import { POLLIN, POLLOUT, waitReady } from './wait.ts';

/** The direction that {@link Socket.shutdown} ends. */
export type ShutdownHow = 'read' | 'write' | 'both';

const HOW: Readonly<Record<ShutdownHow, number>> = { read: 0, write: 1, both: 2 };

/**
 * Owner of the descriptor of one TCP connection.
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
   * Takes ownership of a descriptor, as another thread released it.
   *
   * @param descriptor an open socket that nobody else closes
   */
  static adopt(descriptor: number): Socket {
    return new Socket(descriptor);
  }

  /** A connection just accepted, whose peer is known. Only for this package. */
  static accepted(descriptor: number, peer: PackedAddress): Socket {
    const socket = new Socket(descriptor);
    socket.#peer = peer;
    return socket;
  }

  /**
   * Opens a second descriptor for the same connection: the lowest that is free. fcntl(2), F_DUPFD_CLOEXEC
   *
   * The connection ends when both are closed. With `select(2)`, which can't watch high numbers, a connection that was
   * accepted under a high one moves to a low one that has become free.
   *
   * @throws SocketError when no descriptor is left (EMFILE).
   */
  duplicate(): Socket {
    const { descriptor } = this;
    const second = new Socket(check('fcntl', descriptor, libc().fcntlSet(descriptor, platform().F_DUPFD_CLOEXEC, 0)));
    second.#peer = this.#peer;
    return second;
  }

  /**
   * Receives what has arrived; waits for the first byte when the socket is blocking. recv(2)
   *
   * @param buffer where to; over an `ArrayBuffer`, a `SharedArrayBuffer` or WebAssembly memory
   * @param maxBytes takes at most so many, at least 1; default: as many as the buffer holds
   * @returns bytes received (more than 0), 0 when the peer has ended its direction, {@link WOULD_BLOCK} when nothing
   *   has arrived (non-blocking) or the receive timeout has run out (blocking)
   * @throws SocketError when the connection broke (ECONNRESET, ETIMEDOUT) or is closed (EBADF); RangeError when
   *   maxBytes is no integer from 1 to the buffer's length: a 0 could not be told from the peer's end.
   */
  recv(buffer: Uint8Array, maxBytes = buffer.byteLength): number {
    if (!Number.isInteger(maxBytes) || maxBytes < 1 || maxBytes > buffer.byteLength) {
      throw new RangeError(`recv: maxBytes must be an integer in [1, ${buffer.byteLength}], received ${maxBytes}`);
    }
    const received = libc().recv(this.descriptor, buffer, maxBytes, 0);
    return received >= 0 ? received : this.#afterFailure('recv', buffer, maxBytes);
  }

  /**
   * Sends as many bytes as there is room for; a blocking socket waits until all have room. send(2)
   *
   * @param buffer what to send; over an `ArrayBuffer`, a `SharedArrayBuffer` or WebAssembly memory
   * @param bytes how many bytes from its start, at most all of them, which is the default
   * @returns bytes taken by the kernel, fewer than given when the send buffer is full (non-blocking) or the send
   *   timeout ran out in between (blocking); {@link WOULD_BLOCK} when not one byte was taken
   * @throws SocketError when the connection broke (EPIPE, ECONNRESET, ETIMEDOUT) or is closed (EBADF).
   */
  send(buffer: Uint8Array, bytes = buffer.byteLength): number {
    const sent = libc().send(this.descriptor, buffer, bytes, platform().MSG_NOSIGNAL);
    return sent >= 0 ? sent : this.#afterFailure('send', buffer, bytes);
  }

  /**
   * Ends one or both directions for every owner of this connection, and wakes threads blocked on them. shutdown(2)
   *
   * After `'write'` the peer receives the end; after `'read'` this side does.
   *
   * @throws SocketError when it is not connected any more (ENOTCONN).
   */
  shutdown(how: ShutdownHow): void {
    shutdownDescriptor(this.descriptor, how);
  }

  /**
   * Tells how a non-blocking `connect` went; ask when the socket has become writable. connect(2), EINPROGRESS
   *
   * @returns true when connected, false while it is still under way
   * @throws SocketError when it failed (ECONNREFUSED, ETIMEDOUT); close the socket then.
   */
  finishConnect(): boolean {
    const { SOL_SOCKET, SO_ERROR } = platform();
    const errno = getIntOption(this.descriptor, SOL_SOCKET, SO_ERROR);
    if (errno !== 0) throw new SocketError('connect', errno, { descriptor: this.descriptor });
    try {
      peerAddress(this.descriptor);
      return true;
    } catch (error) {
      if (error instanceof SocketError && error.errno === errnos.ENOTCONN) return false;
      throw error;
    }
  }

  /** Sends small segments at once (true) or lets the kernel gather them, Nagle's algorithm (false). tcp(7) */
  setNoDelay(noDelay: boolean): void {
    const { IPPROTO_TCP, TCP_NODELAY } = platform();
    setIntOption(this.descriptor, IPPROTO_TCP, TCP_NODELAY, noDelay ? 1 : 0);
  }

  /**
   * Limits how long {@link Socket.recv} blocks. SO_RCVTIMEO
   *
   * A signal in the wait starts the limit anew, at most once: the call lasts less than twice the limit.
   *
   * @param timeoutMs more than 0; `undefined` waits for ever
   */
  setReceiveTimeout(timeoutMs: number | undefined): void {
    setTimeoutOption(this.descriptor, platform().SO_RCVTIMEO, timeoutMs);
  }

  /**
   * Limits how long {@link Socket.send} blocks without room for more; signals as in {@link Socket.setReceiveTimeout}.
   * SO_SNDTIMEO
   *
   * @param timeoutMs more than 0; `undefined` waits for ever
   */
  setSendTimeout(timeoutMs: number | undefined): void {
    setTimeoutOption(this.descriptor, platform().SO_SNDTIMEO, timeoutMs);
  }

  /**
   * Chooses what closing does with unsent bytes. SO_LINGER
   *
   * @param seconds 0: throw them away and reset the connection; more: `close` blocks so long for them to get away;
   *   `undefined`: `close` returns at once and the kernel goes on sending
   */
  setLinger(seconds: number | undefined): void {
    setLingerOption(this.descriptor, seconds);
  }

  /** Asks for a size of the kernel's send buffer; Linux doubles it for its own book-keeping. SO_SNDBUF */
  setSendBuffer(bytes: number): void {
    const { SOL_SOCKET, SO_SNDBUF } = platform();
    setIntOption(this.descriptor, SOL_SOCKET, SO_SNDBUF, bytes);
  }

  /** Asks for a size of the kernel's receive buffer; Linux doubles it for its own book-keeping. SO_RCVBUF */
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
   * After a reset the kernel has forgotten it. The one of a socket that `accept` returned is known for good, and that
   * of another from {@link Socket.rememberPeer} on.
   *
   * @throws SocketError when it is not connected any more (ENOTCONN) and the address is not known.
   */
  peerAddress(): SocketAddress {
    return unpackAddress(this.#peer ?? packedPeerAddress(this.descriptor));
  }

  /** Asks for the address of the other end now, if it isn't known; does nothing when the peer has gone already. */
  rememberPeer(): void {
    try {
      this.#peer ??= packedPeerAddress(this.descriptor);
    } catch (error) {
      if (!(error instanceof SocketError) || error.errno !== errnos.ENOTCONN) throw error;
    }
  }

  #afterFailure(call: 'recv' | 'send', buffer: Uint8Array, bytes: number): number {
    let errno = libc().errno();
    if (errno === errnos.EAGAIN) return WOULD_BLOCK;
    const { MSG_DONTWAIT, MSG_NOSIGNAL, SO_RCVTIMEO, SO_SNDTIMEO } = platform();
    const { descriptor } = this;
    if (errno === errnos.EINTR) {
      // Only a blocking socket gets here, before the first byte. Its time limit is the kernel's to know.
      const timeoutMs = getTimeoutOption(descriptor, call === 'recv' ? SO_RCVTIMEO : SO_SNDTIMEO) ?? Infinity;
      const deadlineMs = performance.now() + timeoutMs;
      while (waitReady(descriptor, call === 'recv' ? POLLIN : POLLOUT, deadlineMs)) {
        // Not to wait here: another thread may have taken what was ready.
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
 * Ends one or both directions of a socket that another thread owns, which wakes that thread. shutdown(2)
 *
 * The caller must know that the owner has not closed it: the number may be somebody else's by then. On a listening
 * socket `'both'` wakes a blocked `accept`, which throws EINVAL.
 *
 * @throws SocketError when it is neither connected nor listening (ENOTCONN) or not open (EBADF).
 */
export function shutdownDescriptor(descriptor: number, how: ShutdownHow): void {
  check('shutdown', descriptor, libc().shutdown(descriptor, HOW[how]));
}

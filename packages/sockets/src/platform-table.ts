/**
 * What differs between operating systems: the fields of the tables in `platform-linux.ts` and `platform-darwin.ts`.
 */

/** Numbers and layouts of one operating system on one processor. */
export interface Platform {
  readonly AF_UNIX: number;
  readonly AF_INET: number;
  readonly AF_INET6: number;
  readonly SOCK_STREAM: number;
  /** Flag of `socket(2)` for close-on-exec; 0 where there is none. */
  readonly SOCK_CLOEXEC: number;
  /** Flag of `socket(2)` for non-blocking; 0 where there is none. */
  readonly SOCK_NONBLOCK: number;

  readonly SOL_SOCKET: number;
  readonly SO_REUSEADDR: number;
  readonly SO_REUSEPORT: number;
  readonly SO_SNDBUF: number;
  readonly SO_RCVBUF: number;
  /** The `SO_LINGER` that counts in seconds. */
  readonly SO_LINGER: number;
  readonly SO_RCVTIMEO: number;
  readonly SO_SNDTIMEO: number;
  readonly SO_ERROR: number;
  /** Socket option against `SIGPIPE`; `undefined` where {@link Platform.MSG_NOSIGNAL} is used. */
  readonly SO_NOSIGPIPE: number | undefined;
  readonly IPPROTO_IP: number;
  /** Option that defers the choice of a port from `bind` to `connect`; `undefined` where there is none. */
  readonly IP_BIND_ADDRESS_NO_PORT: number | undefined;
  readonly IPPROTO_TCP: number;
  readonly TCP_NODELAY: number;

  readonly MSG_DONTWAIT: number;
  /** Flag of `send(2)` against `SIGPIPE`; 0 where {@link Platform.SO_NOSIGPIPE} is used. */
  readonly MSG_NOSIGNAL: number;

  readonly F_DUPFD_CLOEXEC: number;
  readonly F_SETFD: number;
  readonly F_GETFL: number;
  readonly F_SETFL: number;
  readonly FD_CLOEXEC: number;
  readonly O_NONBLOCK: number;
  readonly O_CLOEXEC: number;

  /** Whether a `sockaddr` begins with a length byte and a one-byte family (BSD) or with a two-byte family. */
  readonly sockaddrHasLength: boolean;
  /** Whether `accept4(2)` and `pipe2(2)` exist, which set the flags of a new descriptor in the same call. */
  readonly hasFlagCalls: boolean;
  /** Bit of `poll(2)` for the end of the peer's stream; 0 where there is none. */
  readonly POLLRDHUP: number;
  /** Whether accepted connections inherit `SO_RCVTIMEO` and `SO_SNDTIMEO` from the listening socket. */
  readonly acceptInheritsTimeouts: boolean;
  /** Layout of `struct epoll_event`; `undefined` where there is no epoll. */
  readonly epollEvent: EpollEventLayout | undefined;
}

/** Layout of `struct epoll_event` in 32-bit words. */
export interface EpollEventLayout {
  /** Words from one event to the next. */
  readonly strideWords: number;
  /** The word that holds the low half of `data`. */
  readonly dataWord: number;
}

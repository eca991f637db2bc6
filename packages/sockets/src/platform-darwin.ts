/**
 * macOS: the numbers of sys/socket.h, sys/fcntl.h and netinet/tcp.h, the same on x64 and arm64.
 *
 * NOT RUN: the table was copied from the headers; this package has not been run on macOS. The main differences: no
 * `accept4`, `pipe2` or `SOCK_CLOEXEC` (`fcntl` sets the flags afterwards, so a child process started in between
 * inherits the descriptor), and a socket option, not a flag of `send`, prevents `SIGPIPE`.
 */
import type { Platform } from './platform-table.ts';

/** The numbers of macOS. */
export const DARWIN: Platform = {
  AF_UNIX: 1,
  AF_INET: 2,
  AF_INET6: 30,
  SOCK_STREAM: 1,
  SOCK_CLOEXEC: 0,
  SOCK_NONBLOCK: 0,

  SOL_SOCKET: 0xffff,
  SO_REUSEADDR: 0x4,
  SO_REUSEPORT: 0x200,
  SO_SNDBUF: 0x1001,
  SO_RCVBUF: 0x1002,
  // SO_LINGER_SEC: the plain SO_LINGER (0x80) counts in clock ticks here.
  SO_LINGER: 0x1080,
  SO_RCVTIMEO: 0x1006,
  SO_SNDTIMEO: 0x1005,
  SO_ERROR: 0x1007,
  SO_NOSIGPIPE: 0x1022,
  IPPROTO_IP: 0,
  IP_BIND_ADDRESS_NO_PORT: undefined,
  IPPROTO_TCP: 6,
  TCP_NODELAY: 1,

  MSG_DONTWAIT: 0x80,
  MSG_NOSIGNAL: 0,

  F_DUPFD_CLOEXEC: 67,
  F_SETFD: 2,
  F_GETFL: 3,
  F_SETFL: 4,
  FD_CLOEXEC: 1,
  O_NONBLOCK: 0x4,
  O_CLOEXEC: 0x1000000,

  sockaddrHasLength: true,
  hasFlagCalls: false,
  POLLRDHUP: 0,
  acceptInheritsTimeouts: false,
  epollEvent: undefined,
};

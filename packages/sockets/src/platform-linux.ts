/**
 * Linux: the numbers of `asm-generic`, which x64 and arm64 share (asm-generic/socket.h, asm-generic/fcntl.h,
 * linux/socket.h, linux/net.h, linux/in.h, linux/tcp.h). `platform.ts` adds the one layout that differs.
 */
import type { Platform } from './platform-table.ts';

/** The numbers of Linux on x64 and arm64, without the layout of `struct epoll_event`. */
export const LINUX: Platform = {
  AF_UNIX: 1,
  AF_INET: 2,
  AF_INET6: 10,
  SOCK_STREAM: 1,
  SOCK_CLOEXEC: 0x80000,
  SOCK_NONBLOCK: 0x800,

  SOL_SOCKET: 1,
  SO_REUSEADDR: 2,
  SO_REUSEPORT: 15,
  SO_SNDBUF: 7,
  SO_RCVBUF: 8,
  SO_LINGER: 13,
  SO_RCVTIMEO: 20,
  SO_SNDTIMEO: 21,
  SO_ERROR: 4,
  SO_NOSIGPIPE: undefined,
  IPPROTO_IP: 0,
  IP_BIND_ADDRESS_NO_PORT: 24,
  IPPROTO_TCP: 6,
  TCP_NODELAY: 1,

  MSG_DONTWAIT: 0x40,
  MSG_NOSIGNAL: 0x4000,

  F_DUPFD_CLOEXEC: 1030,
  F_SETFD: 2,
  F_GETFL: 3,
  F_SETFL: 4,
  FD_CLOEXEC: 1,
  O_NONBLOCK: 0x800,
  O_CLOEXEC: 0x80000,

  sockaddrHasLength: false,
  hasFlagCalls: true,
  POLLRDHUP: 0x2000,
  acceptInheritsTimeouts: true,
  epollEvent: undefined,
};

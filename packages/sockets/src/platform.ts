/**
 * What differs between operating systems, as data.
 *
 * POSIX defines the names of constants and structs, not their numbers and layouts: `AF_INET6` is 10 on Linux and 30 on
 * macOS. A C program includes headers; here the numbers were copied from them:
 *
 * - Linux: asm-generic/socket.h, asm-generic/fcntl.h, linux/socket.h, linux/un.h, linux/net.h, linux/in.h, linux/tcp.h, which x64 and
 *   arm64 share except for the layout of one struct.
 * - macOS: sys/socket.h, sys/fcntl.h, netinet/tcp.h. NOT RUN: this package has not been run on macOS.
 *
 * Error numbers come from Node (`os.constants.errno`).
 *
 * Rule: only this file asks which system it runs on. All others read the table.
 */

/** Each name with its values on [Linux, macOS]. */
const VALUES = {
  AF_UNIX: [1, 1],
  AF_INET: [2, 2],
  AF_INET6: [10, 30],
  SOCK_STREAM: [1, 1],
  SOCK_DGRAM: [2, 2],
  /** Flags of `socket(2)`; 0 where `fcntl` sets them later, so that a child process started in between inherits. */
  SOCK_CLOEXEC: [0x80000, 0],
  SOCK_NONBLOCK: [0x800, 0],

  SOL_SOCKET: [1, 0xffff],
  SO_REUSEADDR: [2, 0x4],
  SO_REUSEPORT: [15, 0x200],
  SO_SNDBUF: [7, 0x1001],
  SO_RCVBUF: [8, 0x1002],
  /** On macOS SO_LINGER_SEC, because SO_LINGER counts in clock ticks there. */
  SO_LINGER: [13, 0x1080],
  SO_RCVTIMEO: [20, 0x1006],
  SO_SNDTIMEO: [21, 0x1005],
  SO_ERROR: [4, 0x1007],
  /** Whether a socket listens. */
  SO_ACCEPTCONN: [30, 0x2],
  /** `undefined` where there is none. */
  SO_PROTOCOL: [38, undefined],
  IPPROTO_IP: [0, 0],
  /** Defers the choice of a port from `bind` to `connect`; `undefined` where there is none. */
  IP_BIND_ADDRESS_NO_PORT: [24, undefined],
  IPPROTO_TCP: [6, 6],
  TCP_NODELAY: [1, 1],
  /** Reads `struct tcp_info`; `undefined` where that has another layout. */
  TCP_INFO: [11, undefined],

  MSG_DONTWAIT: [0x40, 0x80],
  MSG_PEEK: [0x2, 0x2],
  /** Against `SIGPIPE`: a flag of `send(2)` on Linux, a socket option on macOS. */
  MSG_NOSIGNAL: [0x4000, 0],
  SO_NOSIGPIPE: [undefined, 0x1022],
  /** Received descriptors aren't inherited by child processes; `undefined` where descriptors can't be passed here. */
  MSG_CMSG_CLOEXEC: [0x40000000, undefined],
  /** Type of the control message that carries descriptors. unix(7) */
  SCM_RIGHTS: [1, 1],

  RLIMIT_NOFILE: [7, 8],

  F_DUPFD_CLOEXEC: [1030, 67],
  F_SETFD: [2, 2],
  F_GETFL: [3, 3],
  F_SETFL: [4, 4],
  FD_CLOEXEC: [1, 1],
  O_NONBLOCK: [0x800, 0x4],
  O_CLOEXEC: [0x80000, 0x1000000],

  /** Whether a `sockaddr` begins with a length byte and a one-byte family (BSD), not with a two-byte family. */
  sockaddrHasLength: [false, true],
  /** Whether `accept4(2)` and `pipe2(2)` exist, which set the flags of a new descriptor. */
  hasFlagCalls: [true, false],
  /** Bit of `poll(2)` for the end of the peer's stream; 0 where there is none. */
  POLLRDHUP: [0x2000, 0],
  /** Whether accepted connections inherit `SO_RCVTIMEO` and `SO_SNDTIMEO` from the listening socket. */
  acceptInheritsTimeouts: [true, false],
};

/** Layout of `struct epoll_event` in 32-bit words. */
export interface EpollEventLayout {
  /** Words from one event to the next. */
  readonly strideWords: number;
  /** The word that holds the low half of `data`. */
  readonly dataWord: number;
}

/** Numbers and layouts of one operating system on one processor. */
export type Platform = { readonly [Name in keyof typeof VALUES]: (typeof VALUES)[Name][number] } & {
  /** `undefined` where there is no epoll. */
  readonly epollEvent: EpollEventLayout | undefined;
};

const TABLES: Readonly<Record<string, Platform>> = {
  // The kernel packs the struct only on x64, so that 32-bit programs see the same layout (linux/eventpoll.h).
  'linux x64': { ...column(0), epollEvent: { strideWords: 3, dataWord: 1 } },
  'linux arm64': { ...column(0), epollEvent: { strideWords: 4, dataWord: 2 } },
  'darwin x64': { ...column(1), epollEvent: undefined },
  'darwin arm64': { ...column(1), epollEvent: undefined },
};

function column(index: 0 | 1): Omit<Platform, 'epollEvent'> {
  return Object.fromEntries(Object.entries(VALUES).map(([name, values]) => [name, values[index]])) as never;
}

/** The table of this system, or an empty one: for code that runs on import, which must not throw. */
export const PLATFORM_IF_KNOWN: Partial<Platform> = TABLES[`${process.platform} ${process.arch}`] ?? {};

let cached: Platform | undefined;

/** The table of this system; throws an Error on a system or processor without a table. */
export function platform(): Platform {
  return (cached ??= choosePlatform(process.platform, process.arch));
}

/** Chooses a table; throws an Error when there is no such table. */
export function choosePlatform(system: string, processor: string): Platform {
  const table = TABLES[`${system} ${processor}`];
  if (table === undefined) {
    throw new Error(
      `cannot use sockets: the system must be Linux or macOS on x64 or arm64, got ${system} on ${processor}` +
        (system === 'win32'
          ? ': run under WSL, the Windows Subsystem for Linux (https://learn.microsoft.com/windows/wsl)'
          : ''),
    );
  }
  return table;
}

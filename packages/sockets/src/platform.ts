/**
 * What differs between operating systems, as data.
 *
 * POSIX defines the names of constants and structs, not their numbers and layouts: `AF_INET6` is 10 on Linux and 30 on
 * macOS, `SOL_SOCKET` 1 and 0xffff. A C program includes headers; here each table was copied from the headers that its
 * file names. Error numbers come from Node (`os.constants.errno`).
 *
 * Rule: only the platform files ask which system they run on. All others read the table.
 */
import { DARWIN } from './platform-darwin.ts';
import { LINUX } from './platform-linux.ts';

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

let cached: Platform | undefined;

/**
 * The table of this system.
 *
 * @throws Error on a system or processor without a table.
 */
export function platform(): Platform {
  return (cached ??= choosePlatform(process.platform, process.arch));
}

/**
 * Chooses a table.
 *
 * @param system - As `process.platform`.
 * @param processor - As `process.arch`.
 * @throws Error when there is no such table.
 */
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

const TABLES: Readonly<Record<string, Platform>> = {
  // The kernel packs the struct on x64 alone, so that 32-bit programs see the same layout (linux/eventpoll.h).
  'linux x64': { ...LINUX, epollEvent: { strideWords: 3, dataWord: 1 } },
  'linux arm64': { ...LINUX, epollEvent: { strideWords: 4, dataWord: 2 } },
  'darwin x64': DARWIN,
  'darwin arm64': DARWIN,
};

/** The table of this system, or an empty one: for code that runs on import, which must not throw. */
export const PLATFORM_IF_KNOWN: Partial<Platform> = TABLES[`${process.platform} ${process.arch}`] ?? {};

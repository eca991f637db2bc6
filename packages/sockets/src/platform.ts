/**
 * What differs between operating systems, as data.
 *
 * POSIX fixes the names of the socket calls, not the numbers and layouts behind them: `AF_INET6` is 10 on Linux and 30
 * on macOS, `SOL_SOCKET` 1 and 0xffff. A C program takes them from headers; a program without a compiler has to
 * carry them. Each table was read from the headers named at the top of its file. Error numbers are not in it: Node
 * brings those (`os.constants.errno`).
 *
 * Rule: nothing outside the platform files asks which system it runs on. It asks the table.
 */
import { DARWIN } from './platform-darwin.ts';
import { LINUX } from './platform-linux.ts';

/** Numbers and layouts of one operating system on one processor. */
export interface Platform {
  readonly AF_UNIX: number;
  readonly AF_INET: number;
  readonly AF_INET6: number;
  readonly SOCK_STREAM: number;
  /** Flag of `socket(2)`: close on exec, set in the same call; 0 where the system has no such flag. */
  readonly SOCK_CLOEXEC: number;
  /** Flag of `socket(2)`: non-blocking, set in the same call; 0 where the system has no such flag. */
  readonly SOCK_NONBLOCK: number;

  readonly SOL_SOCKET: number;
  readonly SO_REUSEADDR: number;
  readonly SO_REUSEPORT: number;
  readonly SO_SNDBUF: number;
  readonly SO_RCVBUF: number;
  /** `SO_LINGER` with its time in seconds. */
  readonly SO_LINGER: number;
  readonly SO_RCVTIMEO: number;
  readonly SO_SNDTIMEO: number;
  readonly SO_ERROR: number;
  /** Option that keeps `SIGPIPE` off a socket; `undefined` where {@link Platform.MSG_NOSIGNAL} does it. */
  readonly SO_NOSIGPIPE: number | undefined;
  readonly IPPROTO_IP: number;
  /** Option that puts off the choice of a port from `bind` to `connect`; `undefined` where there is none. */
  readonly IP_BIND_ADDRESS_NO_PORT: number | undefined;
  readonly IPPROTO_TCP: number;
  readonly TCP_NODELAY: number;

  readonly MSG_DONTWAIT: number;
  /** Flag of `send(2)` that keeps `SIGPIPE` away; 0 where {@link Platform.SO_NOSIGPIPE} does it. */
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
  /** Bit of `poll(2)`: the peer has ended its sending; 0 where the system has no such bit. */
  readonly POLLRDHUP: number;
  /** Whether an accepted connection is known to have the `SO_RCVTIMEO` and `SO_SNDTIMEO` of the listening socket. */
  readonly acceptInheritsTimeouts: boolean;
  /** Layout of `struct epoll_event`; `undefined` where the system has no epoll. */
  readonly epollEvent: EpollEventLayout | undefined;
}

/** Where the fields of `struct epoll_event` lie, in 32-bit words. */
export interface EpollEventLayout {
  /** Words from one event to the next. */
  readonly strideWords: number;
  /** The word that holds the low half of `data`. */
  readonly dataWord: number;
}

let cached: Platform | undefined;

/**
 * The table of the system this process runs on.
 *
 * @throws Error on a system or processor that this package does not know.
 */
export function platform(): Platform {
  return (cached ??= choosePlatform(process.platform, process.arch));
}

/**
 * Chooses a table by Node's names of the system and of the processor.
 *
 * @param system `process.platform`
 * @param processor `process.arch`
 * @throws Error when there is no such table.
 */
export function choosePlatform(system: string, processor: string): Platform {
  const table = TABLES[`${system} ${processor}`];
  if (table === undefined) {
    throw new Error(
      `sockets need Linux or macOS on x64 or arm64, received ${system} on ${processor}` +
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

/** The table of this system for questions asked while loading; empty, not an error, on a system without a table. */
export const PLATFORM_IF_KNOWN: Partial<Platform> = TABLES[`${process.platform} ${process.arch}`] ?? {};

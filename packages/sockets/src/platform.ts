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
import type { Platform } from './platform-table.ts';

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

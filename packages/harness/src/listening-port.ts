/**
 * Finds out whether a port is listened on, without a connection.
 *
 * A connection made only to try would be a server's first client, and a silent one, which simple servers can't handle.
 * So the kernel's tables of TCP sockets are read where they exist: proc_pid_net(5). They can be long, because each
 * connection stays in them for a minute after its end (TIME_WAIT), and reading 100,000 takes more than a second. But
 * Linux lists listening sockets first (https://docs.kernel.org/networking/proc_net_tcp.html) and produces a table page
 * by page as it is read: 0.03 ms for a page of IPv4 sockets, however many follow. In the table of IPv6 the kernel skips
 * the IPv4 sockets first, in 20 ms for 100,000, so it is read only if the other table doesn't decide.
 */
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { closeSync, openSync, readSync } from 'node:fs';
import { connect, createServer } from 'node:net';

/** The address that servers under test listen on. */
export const LOOPBACK = '127.0.0.1';

const TABLES = ['/proc/net/tcp', '/proc/net/tcp6'];
/** The kernel returns at most this much for one read. */
const PAGE_BYTES = 4096;
/** Read at least this much, 400 sockets: kernels that only imitate Linux don't list listening sockets first. */
const LEAST_BYTES = 16 * PAGE_BYTES;
/** Between the usual ports of services and Linux's ephemeral ports, which begin at 32768. */
const [FIRST_PORT, LAST_PORT] = [12_000, 32_767];
const PORT_ATTEMPTS = 100;
const LISTEN = '0A';

/**
 * A free port that no connection will take before a server does: connections get theirs from the ephemeral range. ip(7)
 *
 * @throws Error with the code `EADDRINUSE` if it finds none
 */
export async function freePort(): Promise<number> {
  for (let attempt = 1; ; attempt++) {
    const port = randomInt(FIRST_PORT, LAST_PORT + 1);
    const server = createServer().listen(port, LOOPBACK);
    try {
      await once(server, 'listening');
      server.close();
      await once(server, 'close');
      return port;
    } catch (error) {
      if (attempt === PORT_ATTEMPTS) throw error;
    }
  }
}

/**
 * Whether a process listens on a port, at any address, by proc_pid_net(5). Without a readable table it tries to
 * connect.
 */
export async function isListening(port: number, tables: readonly string[] = TABLES): Promise<boolean> {
  let canRead = false;
  for (const path of tables) {
    const verdict = isListed(port, path);
    if (verdict === true) return true;
    canRead ||= verdict === false;
  }
  return !canRead && (await acceptsConnection(port));
}

/** Undefined if the table can't be read: the system is not Linux, or has no IPv6. */
function isListed(port: number, path: string): boolean | undefined {
  try {
    const table = openSync(path, 'r');
    try {
      return hasListener(table, port);
    } finally {
      closeSync(table);
    }
  } catch {
    return undefined;
  }
}

function hasListener(table: number, port: number): boolean {
  const address = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const page = Buffer.alloc(PAGE_BYTES);
  let rest = '';
  let readBytes = 0;
  for (;;) {
    const length = readSync(table, page);
    if (length === 0) return false;
    readBytes += length;
    const lines = (rest + page.toString('latin1', 0, length)).split('\n');
    rest = lines.pop()!;
    // The table's header has words in the columns of address and state.
    const sockets = lines.map((line) => line.trim().split(/\s+/));
    if (sockets.some(([, local, , state]) => state === LISTEN && local?.endsWith(address) === true)) return true;
    if (readBytes >= LEAST_BYTES && sockets.at(-1)?.[3] !== LISTEN) return false;
  }
}

async function acceptsConnection(port: number): Promise<boolean> {
  const socket = connect({ port, host: LOOPBACK });
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

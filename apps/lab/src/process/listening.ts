/**
 * Whether somebody listens on a port, found out without disturbing him.
 *
 * A connection made only to try would be a server's first client, and one that says nothing, which simple servers don't
 * bear. So it is read from the kernel's tables of TCP sockets, where there are such: proc_pid_net(5). They can be long,
 * as each connection stays there for a minute after its end (TIME_WAIT), and reading 100,000 takes more than a second.
 * But Linux lists those that listen first (https://docs.kernel.org/networking/proc_net_tcp.html) and hands a table out
 * page by page, each made when it is read: 0.03 ms for a page of IPv4 sockets however many follow. In the table of IPv6
 * the kernel passes all those of IPv4 first, in 20 ms for 100,000: it is read only when the other one doesn't tell.
 */
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { closeSync, openSync, readSync } from 'node:fs';
import { connect, createServer } from 'node:net';

/** Where servers are expected to listen. */
export const HOST = '127.0.0.1';

const TABLES = ['/proc/net/tcp', '/proc/net/tcp6'];
/** The kernel hands out no more at a time. */
const PAGE_BYTES = 4096;
/** As much is read whatever stands there, 400 sockets: kernels that only imitate Linux keep no order. */
const LEAST_BYTES = 16 * PAGE_BYTES;
/** Between the ports that services are wont to have and Linux's ephemeral ones, which begin at 32768. */
const [FIRST_PORT, LAST_PORT] = [12_000, 32_767];
const PORT_ATTEMPTS = 100;
/** The state LISTEN. */
const LISTEN = '0A';

/**
 * A port that nobody has, and that no connection is given: those get theirs from the ephemeral range, where one of the
 * thousands that a load makes could take it before the server does, which may need seconds to start. ip(7)
 *
 * @throws Error with the code `EADDRINUSE` if it finds none
 */
export async function freePort(): Promise<number> {
  for (let attempt = 1; ; attempt++) {
    const port = randomInt(FIRST_PORT, LAST_PORT + 1);
    const server = createServer().listen(port, HOST);
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
 * Whether somebody listens on a port, at any address. Where no table can be read it is tried by connecting.
 *
 * @param port - TCP, from 1 to 65535
 * @param tables - files as in proc_pid_net(5)
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

/** Undefined if the table can't be read: it is not Linux, or has no IPv6. */
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
    // The head of the table has words where a socket has its address and state.
    const sockets = lines.map((line) => line.trim().split(/\s+/));
    if (sockets.some(([, local, , state]) => state === LISTEN && local?.endsWith(address) === true)) return true;
    if (readBytes >= LEAST_BYTES && sockets.at(-1)?.[3] !== LISTEN) return false;
  }
}

async function acceptsConnection(port: number): Promise<boolean> {
  const socket = connect({ port, host: HOST });
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

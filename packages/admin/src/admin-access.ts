/**
 * Which requests the admin port answers: those of programs, and not those of web pages.
 *
 * Any page that somebody on this machine visits can send requests to 127.0.0.1. It must not stop the server, nor read what
 * the server does:
 *
 * - A page says so: its browser adds `Origin` or `Sec-Fetch-Site`. No page of ours uses this port, so such requests are
 *   refused. An address that somebody types is allowed (`Sec-Fetch-Site: none`).
 * - A page can let its own name point to this machine (DNS rebinding), and is then of the same origin. So the `Host` must
 *   be an address, or a name of this machine.
 */
import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';

/** Why a request is refused. */
export interface AdminRefusal {
  readonly status: 403;
  readonly reason: string;
}

const HOST = /^(?:\[(?<address>[^\]]+)\]|(?<name>[^:]+))(?::\d+)?$/;

/**
 * Decides about a request.
 *
 * @param request - the request
 * @param names - names of this machine
 * @returns undefined if it is allowed
 */
export function adminRefusalOf(
  { headers }: Pick<IncomingMessage, 'headers'>,
  names: readonly string[],
): AdminRefusal | undefined {
  if (!isOurHost(headers.host, names)) {
    return { status: 403, reason: `the Host must be an address or ${names.join(' or ')}` };
  }
  if (headers.origin !== undefined || (headers['sec-fetch-site'] ?? 'none') !== 'none') {
    return { status: 403, reason: 'web pages may not use the admin port' };
  }
  return undefined;
}

/** Programs that speak HTTP/1.0 send no Host; browsers always do. */
function isOurHost(host: string | undefined, names: readonly string[]): boolean {
  if (host === undefined) return true;
  const { address, name } = HOST.exec(host)?.groups ?? {};
  if (address !== undefined) return isIP(address) === 6;
  return name !== undefined && (isIP(name) === 4 || names.includes(name.toLowerCase()));
}

/**
 * Which requests may see and control a server: those from this machine and a page of ours, with the token.
 *
 * The page is served on 127.0.0.1, where all programs and all web sites that the user visits can send requests. The token
 * keeps both out. The `Host` header must be ours, since a site may let its own name point to 127.0.0.1 (DNS rebinding);
 * the `Origin` of a WebSocket must be ours, since browsers let any site open one.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** Returns a token that nobody can guess. */
export function newToken(): string {
  return randomBytes(16).toString('base64url');
}

/** Why a request is refused. */
export interface Refusal {
  readonly status: 400 | 403 | 404 | 405;
  readonly reason: string;
}

const NAMES = ['127.0.0.1', 'localhost'];

/**
 * Decides about a request.
 *
 * @param request - the request, also one for a WebSocket
 * @param token - the right token
 * @param port - the port of the page
 * @returns undefined if it is allowed
 */
export function refusalOf(request: IncomingMessage, token: string, port: number): Refusal | undefined {
  const { host, origin } = request.headers;
  const hosts = NAMES.map((name) => `${name}:${port}`);
  if (host === undefined || !hosts.includes(host)) {
    return { status: 403, reason: `the Host must be ${hosts.join(' or ')}` };
  }
  if (origin !== undefined && !hosts.some((name) => origin === `http://${name}`)) {
    return { status: 403, reason: 'pages of other origins may not watch this server' };
  }
  if (request.method !== 'GET') return { status: 405, reason: 'only GET is allowed' };
  const address = addressOf(request);
  if (address === undefined) return { status: 400, reason: 'the path must be one of an address' };
  const given = address.searchParams.get('token') ?? '';
  if (!isSame(given, token)) {
    return { status: 403, reason: 'the token is missing or wrong: use the whole address that the server has printed' };
  }
  return undefined;
}

/** Returns the address that a request asks for; undefined if it is none, such as `//`. */
export function addressOf({ url = '/' }: IncomingMessage): URL | undefined {
  return URL.parse(url, 'http://127.0.0.1') ?? undefined;
}

/** Compares in a time that tells nothing about the right text. */
function isSame(given: string, right: string): boolean {
  const [one, other] = [given, right].map((text) => createHash('sha256').update(text).digest());
  return timingSafeEqual(one!, other!);
}

/** Serves the live page of one server, or of two side by side: the page over HTTP, the recording over a WebSocket. */
import { once } from 'node:events';
import { type IncomingMessage, type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { type Notice, STREAM_PATH } from '../messages.ts';
import { pagePolicy, readPage } from '../page-file.ts';
import { addressOf, newToken, refusalOf } from './access.ts';
import { type Clients, Control, parseCommand } from './commands.ts';
import { PageStream } from './page-stream.ts';
import { TraceFeed } from './trace-feed.ts';
import type { ClientsGate, Watchable } from './watchable.ts';

const HOST = '127.0.0.1';
/** Commands are short. */
const MAX_COMMAND_BYTES = 4096;
/** Lost connections are noticed by a ping without an answer. */
const PING_EVERY_MS = 5000;

/** Time from the loss of the last page until held servers run again, in milliseconds. */
export const DEFAULT_RELEASE_MS = 30_000;

/** Options of {@link serveWatch}. */
export interface WatchOptions {
  /** Port of the page; default 0, a free one. */
  readonly port?: number;
  /** Whether the page may hold and step the servers; default true. */
  readonly control?: boolean;
  /** Clients that the page can add; default: none. */
  readonly clients?: Clients;
  /** Default {@link DEFAULT_RELEASE_MS}. */
  readonly releaseAfterMs?: number;
  /** Feeds of the servers, in order, if something else listens to them too; default: new ones. */
  readonly feeds?: readonly TraceFeed[];
  /** Holds the clients, and pages control it instead of the servers; default: pages hold the servers. */
  readonly clientsGate?: ClientsGate | undefined;
  /** The page; default: the live one. A page with a recording needs no server. */
  readonly page?: string;
}

/** A served page. */
export interface WatchServer extends AsyncDisposable {
  /** Address of the page, with its token. */
  readonly url: string;
  /** Ends all connections and lets held servers run. */
  close(): Promise<void>;
}

const NO_CLIENTS: Clients = {
  kinds: [],
  add: () => Promise.reject(new Error('this server takes no clients from the page')),
};

const HEADERS = {
  'Cache-Control': 'no-store',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
};

/**
 * Serves the live page on 127.0.0.1, for requests with its token.
 *
 * @param servers - one server, or several that are held and stepped together
 * @throws Error with the code EADDRINUSE when the port is taken
 */
export async function serveWatch(servers: readonly Watchable[], options: WatchOptions = {}): Promise<WatchServer> {
  const {
    clients = NO_CLIENTS,
    control: mayControl = true,
    clientsGate,
    releaseAfterMs = DEFAULT_RELEASE_MS,
    page = readPage(),
  } = options;
  const feeds = options.feeds ?? servers.map(({ trace }) => new TraceFeed(trace));
  const gates = clientsGate === undefined ? servers.map(({ gate }) => gate) : [clientsGate];
  const streams = new Set<PageStream>();
  clientsGate?.onChange(() => {
    for (const stream of streams) stream.notice(noticeOf(clientsGate));
  });
  const control = new Control(gates, clients, releaseAfterMs);
  const token = newToken();
  const http = createServer((request, response) => {
    const refusal = refusalOf(request, token, portOf(http)) ?? unknownPath(request);
    for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
    if (refusal !== undefined) {
      response.setHeader('Content-Type', 'text/plain; charset=utf-8');
      response.writeHead(refusal.status).end(`${refusal.reason}\n`);
      return;
    }
    response.setHeader('Content-Type', 'text/html; charset=utf-8');
    response.setHeader('Content-Security-Policy', pagePolicy(page));
    response.end(page);
  });
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_COMMAND_BYTES, perMessageDeflate: false });
  http.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    // A connection that breaks during the handshake is no fault of ours.
    socket.on('error', () => undefined);
    const address = addressOf(request);
    const feed =
      address?.pathname === `/${STREAM_PATH}` ? feeds[Number(address.searchParams.get('source') ?? 0)] : undefined;
    const refusal = refusalOf(request, token, portOf(http));
    if (refusal !== undefined || feed === undefined) {
      const { status, reason } = refusal ?? { status: 404, reason: 'there is no such stream' };
      socket.end(
        `HTTP/1.1 ${status} Refused\r\nConnection: close\r\nContent-Length: ${reason.length}\r\n\r\n${reason}`,
      );
      return;
    }
    sockets.handleUpgrade(request, socket, head, (viewer) => {
      const hello = {
        control: mayControl,
        releaseAfterMs,
        clients: clients.kinds,
        sources: feeds.map(({ header }) => header.server.name),
      };
      const stream = new PageStream(feed, viewer);
      streams.add(stream);
      viewer.on('close', () => streams.delete(stream));
      attend(viewer, stream, control, clientsGate === undefined ? [{ hello }] : [{ hello }, noticeOf(clientsGate)]);
    });
  });
  http.listen(options.port ?? 0, HOST);
  await once(http, 'listening');
  http.unref();
  const close = async (): Promise<void> => {
    if (!http.listening) return;
    for (const socket of sockets.clients) socket.terminate();
    http.close();
    http.closeAllConnections();
    control.close();
    await once(http, 'close');
  };
  return { url: `http://${HOST}:${portOf(http)}/?token=${token}`, close, [Symbol.asyncDispose]: close };
}

const PACES = { run: 'free', held: 'held', slow: 'slow' } as const;

function noticeOf({ mode, lastAct }: ClientsGate): Notice {
  return { clients: { pace: PACES[mode], lastAct } };
}

/** Serves one page until its connection ends. */
function attend(page: WebSocket, stream: PageStream, control: Control, first: readonly Notice[]): void {
  control.join();
  let answers = true;
  const pings = setInterval(() => {
    if (!answers) page.terminate();
    answers = false;
    page.ping();
  }, PING_EVERY_MS).unref();
  page.on('pong', () => {
    answers = true;
  });
  page.on('message', (data: Buffer) => {
    void obey(data.toString(), stream, control);
  });
  page.on('close', () => {
    clearInterval(pings);
    stream.stop();
    control.leave();
  });
  // A broken connection closes too.
  page.on('error', () => undefined);
  for (const notice of first) stream.notice(notice);
  stream.start();
}

async function obey(text: string, stream: PageStream, control: Control): Promise<void> {
  try {
    const command = parseCommand(text);
    const ended = await control.perform(command);
    if (command.do === 'add' && ended !== undefined) stream.notice({ added: { client: command.client, ended } });
  } catch (error) {
    stream.notice({ error: error instanceof Error ? error.message : String(error) });
  }
}

function unknownPath(request: IncomingMessage): { readonly status: 404; readonly reason: string } | undefined {
  return addressOf(request)?.pathname === '/' ? undefined : { status: 404, reason: 'there is only the page at /' };
}

function portOf(http: Server): number {
  return (http.address() as AddressInfo | null)?.port ?? 0;
}

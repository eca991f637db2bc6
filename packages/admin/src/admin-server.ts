/**
 * The admin port: metrics, probes, and an order to drain, over HTTP.
 *
 * It belongs in the main thread of a server whose other threads serve the clients: it then answers whatever they are
 * blocked in. It never waits for them, so what it tells must be in shared memory.
 */
import { once } from 'node:events';
import { type IncomingMessage, type ServerResponse, createServer } from 'node:http';
import { type AddressInfo, isIP, isIPv6 } from 'node:net';
import { hostname } from 'node:os';
import { adminRefusalOf } from './admin-access.ts';
import { PROMETHEUS_TYPE } from './prometheus-text.ts';

/** Whether new clients should come: only when the server is `ready`. */
export type Readiness = 'starting' | 'ready' | 'draining';

/** What the admin port tells and obeys. */
export interface AdminOptions {
  /** Numeric address to listen on. */
  readonly host: string;
  /** TCP port; 0 lets the kernel choose a free one. */
  readonly port: number;
  /** Names that the `Host` of a request may be, besides addresses, `localhost` and the name of this machine. */
  readonly names?: readonly string[];
  /** Returns the metrics, in the text format of Prometheus. */
  metrics(): string;
  /** Returns whether new clients should come. */
  readiness(): Readiness;
  /** Begins to drain the server; it may be called again. */
  drain(): void;
}

/** An open admin port. */
export interface AdminServer extends AsyncDisposable {
  /** Its address, such as `http://127.0.0.1:9464`. */
  readonly url: string;
}

/** Programs that monitor a server are few; others must not take its descriptors. */
const MOST_CONNECTIONS = 64;
/** A request is short, so it arrives at once. */
const REQUEST_TIMEOUT_MS = 10_000;

const TEXT_TYPE = 'text/plain; charset=utf-8';

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly type?: string;
}

interface Route {
  readonly methods: readonly string[];
  answer(options: AdminOptions): Answer;
}

const READ = ['GET', 'HEAD'];

const ROUTES: Readonly<Record<string, Route>> = {
  '/metrics': {
    methods: READ,
    answer: (options) => ({ status: 200, text: options.metrics(), type: PROMETHEUS_TYPE }),
  },
  '/livez': {
    methods: READ,
    answer: () => ({ status: 200, text: 'alive\n' }),
  },
  '/readyz': {
    methods: READ,
    answer: (options) => {
      const readiness = options.readiness();
      return { status: readiness === 'ready' ? 200 : 503, text: `${readiness}\n` };
    },
  },
  '/drain': {
    methods: ['POST'],
    answer: (options) => {
      options.drain();
      return { status: 202, text: 'draining\n' };
    },
  },
};

/**
 * Opens the admin port, and resolves when it answers.
 *
 * @throws Error with a code, such as EADDRINUSE, when it can't listen
 *
 * @example
 * ```ts
 * import { PROCESS_METRICS, prometheusText, serveAdmin } from '@concurrent-primes/admin';
 *
 * await using admin = await serveAdmin({
 *   host: '127.0.0.1',
 *   port: 0,
 *   metrics: () => prometheusText(PROCESS_METRICS, undefined),
 *   readiness: () => 'ready',
 *   drain: () => undefined,
 * });
 * const { status } = await fetch(`${admin.url}/readyz`);
 * console.log(status); // prints 200
 * ```
 */
export async function serveAdmin(options: AdminOptions): Promise<AdminServer> {
  const names = ['localhost', hostname(), ...(options.names ?? [])]
    .map((name) => name.toLowerCase())
    .filter((name) => isIP(name) === 0);
  const http = createServer({ requestTimeout: REQUEST_TIMEOUT_MS }, (request, response) => {
    respond(request, response, names, options);
  });
  http.maxConnections = MOST_CONNECTIONS;
  http.listen(options.port, options.host);
  await once(http, 'listening');
  // It serves as long as the server runs, and doesn't keep the process alive.
  http.unref();
  const { address, port } = http.address() as AddressInfo;
  return {
    url: `http://${isIPv6(address) ? `[${address}]` : address}:${port}`,
    async [Symbol.asyncDispose]() {
      const closed = once(http, 'close');
      http.close();
      http.closeAllConnections();
      await closed;
    },
  };
}

function respond(
  request: IncomingMessage,
  response: ServerResponse,
  names: readonly string[],
  options: AdminOptions,
): void {
  const refusal = adminRefusalOf(request, names);
  const route = routeOf(request);
  let answer: Answer;
  if (refusal !== undefined) answer = { status: refusal.status, text: `${refusal.reason}\n` };
  else if (route === undefined) {
    answer = { status: 404, text: `there are only ${Object.keys(ROUTES).join(', ')}\n` };
  } else if (!route.methods.includes(request.method ?? '')) {
    response.setHeader('Allow', route.methods.join(', '));
    answer = { status: 405, text: `only ${route.methods.join(' or ')} is allowed\n` };
  } else answer = route.answer(options);
  response.setHeader('Cache-Control', 'no-store');
  response.setHeader('X-Content-Type-Options', 'nosniff');
  response.setHeader('Content-Type', answer.type ?? TEXT_TYPE);
  response.writeHead(answer.status).end(answer.text);
}

function routeOf({ url = '' }: IncomingMessage): Route | undefined {
  const path = url.split('?', 1)[0]!;
  return Object.hasOwn(ROUTES, path) ? ROUTES[path] : undefined;
}

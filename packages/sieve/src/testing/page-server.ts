/** Serves the built package to a browser, as it is: static ES modules, without a bundler or an import map. */
import { once } from 'node:events';
import { createReadStream, existsSync, statSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';

/** A running server; it serves until it is disposed. */
export interface PageServer extends AsyncDisposable {
  /** With the final slash. */
  readonly url: string;
}

/** What is served. */
export interface PageServerOptions {
  /** The folder behind `/dist/`. */
  readonly dist: string;
  /** Texts by path, such as `/worker.js`. The path `/` is an empty page. */
  readonly texts: Readonly<Record<string, string>>;
  /**
   * Send the two headers that isolate a page from other origins: only then may it use shared memory
   * (https://developer.mozilla.org/docs/Web/API/Window/crossOriginIsolated).
   */
  readonly isolated: boolean;
}

const ISOLATION = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' };

// The icon, as browsers ask for one otherwise.
const EMPTY_PAGE = '<!doctype html><title>Primes</title><link rel="icon" href="data:,">';

const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript',
  '.wasm': 'application/wasm',
  '': 'text/html',
};

/** Serves on a free port of 127.0.0.1. */
export async function startPageServer({ dist, texts, isolated }: PageServerOptions): Promise<PageServer> {
  const server = createServer((request, response) => {
    const path = normalize(new URL(request.url ?? '/', 'http://localhost').pathname);
    const text = path === '/' ? EMPTY_PAGE : texts[path];
    response.setHeader('Content-Type', TYPES[extname(path)] ?? 'application/octet-stream');
    if (isolated) for (const [name, value] of Object.entries(ISOLATION)) response.setHeader(name, value);
    if (text !== undefined) response.end(text);
    else if (path.startsWith('/dist/')) sendFile(join(dist, path.slice('/dist/'.length)), response);
    else response.writeHead(404).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    [Symbol.asyncDispose]: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

function sendFile(path: string, response: ServerResponse): void {
  if (existsSync(path) && statSync(path).isFile()) createReadStream(path).pipe(response);
  else response.writeHead(404).end();
}

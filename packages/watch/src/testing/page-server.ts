/** Serves the built page as a live server does, with its content security policy. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pagePolicy, readPage } from '../page-file.ts';

/** A running server; it serves until it is disposed. */
export interface PageServer extends AsyncDisposable {
  /** Address of the live page, with a token. */
  readonly url: string;
}

/**
 * Serves the page on a free port of 127.0.0.1.
 *
 * @param recorded - pages with recordings, by path such as `/four`
 */
export async function servePage(recorded: Readonly<Record<string, string>> = {}): Promise<PageServer> {
  const live = readPage();
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const html = pathname === '/' ? live : recorded[pathname];
    response.setHeader('Content-Type', 'text/html; charset=utf-8');
    response.setHeader('Content-Security-Policy', pagePolicy(live));
    response.writeHead(html === undefined ? 404 : 200).end(html);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/?token=secret`,
    [Symbol.asyncDispose]: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

import { once } from 'node:events';
import { request } from 'node:http';
import { expect, it, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import type { Command, Notice } from '../messages.ts';
import { readPage } from '../page-file.ts';
import { type WatchedScript, watchedScript } from '../testing/watched-script.ts';
import { serveWatch, type WatchServer } from './watch-server.ts';

async function served(...servers: WatchedScript[]): Promise<WatchServer> {
  const page = await serveWatch(servers, { releaseAfterMs: 60_000 });
  onTestFinished(() => page.close());
  return page;
}

/** Makes a request with exactly these headers. */
async function get(
  address: string,
  { headers = {}, method = 'GET' }: { headers?: Record<string, string>; method?: string } = {},
): Promise<{ readonly status: number; readonly policy: string; readonly body: string }> {
  const sent = request(address, { headers, method });
  sent.end();
  const [response] = (await once(sent, 'response')) as [import('node:http').IncomingMessage];
  let body = '';
  for await (const chunk of response) body += String(chunk);
  return { status: response.statusCode!, policy: String(response.headers['content-security-policy']), body };
}

/** A page as a program. */
class Page {
  readonly socket: WebSocket;
  readonly notices: Notice[] = [];
  bytes = 0;

  constructor(
    url: string,
    {
      path = '/stream',
      query = '',
      headers = {},
    }: { path?: string; query?: string; headers?: Record<string, string> } = {},
  ) {
    const address = new URL(url);
    address.protocol = 'ws:';
    address.pathname = path;
    this.socket = new WebSocket(address.href + query, { headers });
    this.socket.on('message', (data: Buffer, isBinary) => {
      if (isBinary) this.bytes += data.length;
      else this.notices.push(JSON.parse(data.toString()) as Notice);
    });
    onTestFinished(() => {
      this.socket.terminate();
    });
  }

  async opened(): Promise<this> {
    await once(this.socket, 'open');
    return this;
  }

  /** The status of a handshake that is refused. */
  async refused(): Promise<number | undefined> {
    const [, response] = (await once(this.socket, 'unexpected-response')) as [unknown, { statusCode?: number }];
    this.socket.on('error', () => undefined);
    return response.statusCode;
  }

  send(command: Command): void {
    this.socket.send(JSON.stringify(command));
  }
}

it('serves the page, with its policy, for the right token only', async () => {
  const { url } = await served(watchedScript('four'));
  const page = await get(url);
  expect(page).toMatchObject({ status: 200, body: readPage() });
  expect(page.policy).toMatch(/^default-src 'none'; .*script-src 'sha256-.*frame-ancestors 'none'$/);
  expect(new URL(url).hostname).toBe('127.0.0.1');
  expect(new URL(url).searchParams.get('token')).toMatch(/^[\w-]{22}$/);
  const wrong = url.replace(/token=./, (begin) => `token=${begin.endsWith('A') ? 'B' : 'A'}`);
  expect(await get(wrong)).toMatchObject({ status: 403, body: expect.stringContaining('token') as string });
  expect(await get(url.replace(/\?.*/, ''))).toMatchObject({ status: 403 });
});

it.each([
  ['a foreign Host', { headers: { Host: 'attacker.example' } }, 403],
  ['a foreign Host with our port', { headers: { Host: 'attacker.example:PORT' } }, 403],
  ['a request of a page of another origin', { headers: { Origin: 'https://attacker.example' } }, 403],
  ['another method', { method: 'POST' }, 405],
])('refuses %s', async (_, sent: { headers?: Record<string, string>; method?: string }, status) => {
  const { url } = await served(watchedScript('four'));
  const { port } = new URL(url);
  const headers = Object.fromEntries(
    Object.entries(sent.headers ?? {}).map(([name, value]) => [name, value.replace('PORT', port)]),
  );
  expect(await get(url, { ...sent, headers })).toMatchObject({ status });
});

it('refuses a path that is no address, and serves on', async () => {
  const { url } = await served(watchedScript('four'));
  expect(await get(url.replace(/\/\?.*/, '//'))).toMatchObject({ status: 400 });
  const page = new Page(url, { path: '//' });
  expect(await page.refused()).toBe(400);
  expect(await get(url)).toMatchObject({ status: 200 });
});

it('has nothing but the page', async () => {
  const { url } = await served(watchedScript('four'));
  expect(await get(url.replace('/?', '/etc/passwd?'))).toMatchObject({ status: 404 });
});

it.each([
  ['a wrong token', (url: string) => new Page(url.replace(/token=.*/, 'token=x')), 403],
  ['a page of another origin', (url: string) => new Page(url, { headers: { Origin: 'http://attacker.example' } }), 403],
  ['a foreign Host', (url: string) => new Page(url, { headers: { Host: 'attacker.example' } }), 403],
  ['a server that is not there', (url: string) => new Page(url, { query: '&source=1' }), 404],
])('refuses a stream with %s', async (_, open, status) => {
  const server = watchedScript('four');
  const { url } = await served(server);
  expect(await open(url).refused()).toBe(status);
  expect(server.told).toEqual([]);
});

it('streams to a page of ours, which controls the server', async () => {
  const server = watchedScript('four');
  const { url } = await served(server);
  const page = await new Page(url, { headers: { Origin: new URL(url).origin } }).opened();
  await expect
    .poll(() => page.notices)
    .toEqual([{ hello: { control: true, releaseAfterMs: 60_000, clients: [], sources: ['select'] } }]);
  const before = page.bytes;
  server.happen();
  await expect.poll(() => page.bytes).toBeGreaterThan(before);
  page.send({ do: 'hold' });
  page.send({ do: 'step', what: 'turn' });
  page.send({ do: 'add', client: 'good', interval: [1, 2] });
  await expect.poll(() => page.notices[1]).toEqual({ error: 'a client must be one of none, got good' });
  page.socket.send('nonsense');
  await expect.poll(() => page.notices[2]).toEqual({ error: 'a command must be JSON' });
  expect(server.told).toEqual(['hold', 'step turn']);
});

it('closes a page that sends more than a command', async () => {
  const { url } = await served(watchedScript('four'));
  const page = await new Page(url).opened();
  page.socket.on('error', () => undefined);
  page.socket.send('x'.repeat(100_000));
  await once(page.socket, 'close');
});

it('shows two servers, held together, by the stream of each', async () => {
  const servers = [watchedScript('four'), watchedScript('pool')] as const;
  const { url } = await served(...servers);
  const page = await new Page(url, { query: '&source=1' }).opened();
  await expect.poll(() => page.notices[0]).toHaveProperty('hello.sources', ['select', 'pool']);
  page.send({ do: 'hold' });
  await expect.poll(() => servers.map(({ told }) => told)).toEqual([['hold'], ['hold']]);
});

it('close() lets a held server run and ends all connections', async () => {
  const server = watchedScript('four');
  const served = await serveWatch([server]);
  const page = await new Page(served.url).opened();
  page.send({ do: 'hold' });
  await expect.poll(() => server.told).toEqual(['hold']);
  const closed = once(page.socket, 'close');
  await served.close();
  await closed;
  expect(server.told).toEqual(['hold', 'run']);
  await expect(get(served.url)).rejects.toThrow('ECONNREFUSED');
  await served.close();
});

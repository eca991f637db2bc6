import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { type AddressInfo, connect, createServer } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import { type AdminOptions, type AdminServer, type Readiness, serveAdmin } from './admin-server.ts';

interface Opened extends AsyncDisposable {
  readonly admin: AdminServer;
  readonly drains: string[];
  readiness: Readiness;
}

async function open(options: Partial<AdminOptions> = {}): Promise<Opened> {
  const drains: string[] = [];
  const opened: { readiness: Readiness } = { readiness: 'starting' };
  const admin = await serveAdmin({
    host: '127.0.0.1',
    port: 0,
    metrics: () => '# none\n',
    readiness: () => opened.readiness,
    drain: () => drains.push('drain'),
    ...options,
  });
  return Object.assign(opened, { admin, drains, [Symbol.asyncDispose]: () => admin[Symbol.asyncDispose]() });
}

/** Asks on a connection of its own. */
async function ask(
  { admin }: Opened,
  method: string,
  path: string,
  headers: Record<string, string> = {},
): Promise<{
  readonly status: number | undefined;
  readonly body: string;
  readonly headers: IncomingMessage['headers'];
}> {
  const sent = request(`${admin.url}${path}`, { method, headers, agent: false });
  sent.end();
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  return { status: response.statusCode, body: await text(response), headers: response.headers };
}

it('GET /metrics answers with the text and its type', async () => {
  await using opened = await open();
  const { status, body, headers } = await ask(opened, 'GET', '/metrics?now');
  expect([status, body]).toEqual([200, '# none\n']);
  expect(headers).toMatchObject({
    'content-type': 'text/plain; version=0.0.4; charset=utf-8',
    'cache-control': 'no-store',
  });
  expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
});

it('GET /livez always answers 200, and GET /readyz only while the server is ready', async () => {
  await using opened = await open();
  for (const [readiness, status] of [
    ['starting', 503],
    ['ready', 200],
    ['draining', 503],
  ] as const) {
    opened.readiness = readiness;
    expect(await ask(opened, 'GET', '/readyz')).toMatchObject({ status, body: `${readiness}\n` });
    expect(await ask(opened, 'HEAD', '/readyz')).toMatchObject({ status, body: '' });
    expect(await ask(opened, 'GET', '/livez')).toMatchObject({ status: 200, body: 'alive\n' });
  }
});

it('POST /drain calls drain() before it answers, and may come again', async () => {
  await using opened = await open();
  for (const count of [1, 2]) {
    expect(await ask(opened, 'POST', '/drain')).toMatchObject({ status: 202, body: 'draining\n' });
    expect(opened.drains).toHaveLength(count);
  }
});

it('other paths and methods are refused, and drain nothing', async () => {
  await using opened = await open();
  expect(await ask(opened, 'GET', '/drain')).toMatchObject({ status: 405, headers: { allow: 'POST' } });
  expect(await ask(opened, 'POST', '/metrics')).toMatchObject({ status: 405, headers: { allow: 'GET, HEAD' } });
  for (const path of ['/', '/metrics/', '/constructor', '//drain']) {
    expect((await ask(opened, 'POST', path)).status).toBe(404);
  }
  expect(opened.drains).toEqual([]);
});

it.for([{ Host: 'evil.example' }, { Origin: 'http://evil.example' }, { 'Sec-Fetch-Site': 'cross-site' }])(
  'POST /drain of a web page is refused: %j',
  async (headers) => {
    await using opened = await open();
    expect((await ask(opened, 'POST', '/drain', headers)).status).toBe(403);
    expect((await ask(opened, 'GET', '/metrics', headers)).status).toBe(403);
    expect(opened.drains).toEqual([]);
  },
);

it('the name in the options may be the Host', async () => {
  await using opened = await open({ names: ['Server1.example'] });
  expect((await ask(opened, 'GET', '/livez', { Host: 'server1.example:80' })).status).toBe(200);
});

it('programs that speak HTTP/1.0 need no Host', async () => {
  await using opened = await open({ readiness: () => 'ready' });
  const socket = connect(Number(new URL(opened.admin.url).port), '127.0.0.1');
  socket.write('GET /readyz HTTP/1.0\r\n\r\n');
  expect(await text(socket)).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
});

it('serveAdmin() rejects with a code when the port is taken', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const { port } = taken.address() as AddressInfo;
  await expect(open({ port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  taken.close();
  await once(taken, 'close');
});

it('dispose ends connections that are kept', async () => {
  const opened = await open();
  const socket = connect(Number(new URL(opened.admin.url).port), '127.0.0.1');
  socket.write('GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n');
  await once(socket, 'data');
  const ended = once(socket, 'close');
  socket.resume();
  await opened[Symbol.asyncDispose]();
  await ended;
});

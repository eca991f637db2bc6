/**
 * The built package in a browser, on a page and in a worker, with and without shared memory.
 *
 * The code that runs in the browser is text here; it imports what a page would import.
 */
import { once } from 'node:events';
import { createReadStream, existsSync, statSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, launchBrowser, NO_BROWSER } from '@concurrent-primes/fixtures/browser';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const DIST = fileURLToPath(new URL('../dist', import.meta.url));

const PROBE = `
  import {
    chunkBuffer, countPrimes, fillPrimeTable, isPrime, nthPrime, primes, PrimeStream, PrimeTable, sumPrimes, usePrimeTable,
  } from '/dist/index.js';

  function stream(target) {
    const stream = new PrimeStream(0, 10_000_000);
    const view = new DataView(target.buffer, target.byteOffset);
    let [streamed, streamedSum] = [0, 0];
    while (!stream.done) {
      const filled = stream.fill(target);
      for (let at = 0; at < filled; at += 4) streamedSum += view.getInt32(at);
      streamed += filled / 4;
      stream.advance(filled);
    }
    return { streamed, streamedSum, streamSum: String(stream.sum) };
  }

  export function probe() {
    const table = new PrimeTable();
    usePrimeTable(table);
    const toChunkBuffer = stream(chunkBuffer());
    const readySegments = table.readySegments;
    fillPrimeTable(table);
    return {
      isolated: crossOriginIsolated,
      isTableShared: !(table.buffer instanceof ArrayBuffer),
      toChunkBuffer,
      toOwnBuffer: stream(new Uint8Array(65_536)),
      readySegments: [readySegments, table.readySegments],
      count: countPrimes(0, 100_000_000),
      sum: String(sumPrimes(0, 10_000_000)),
      nth: nthPrime(1_000_000),
      greatest: isPrime(2_147_483_647),
      few: [...primes(100, 120)],
    };
  }
`;

const WORKER = `
  import { probe } from '/probe.js';
  postMessage(probe());
`;

const FILLER = `
  import { fillPrimeTable, PrimeTable } from '/dist/index.js';
  onmessage = ({ data }) => {
    fillPrimeTable(new PrimeTable(data));
    postMessage('filled');
  };
`;

const ON_PAGE = `import('/probe.js').then(({ probe }) => probe())`;

const IN_WORKER = `new Promise((resolve, reject) => {
  const worker = new Worker('/worker.js', { type: 'module' });
  worker.onmessage = ({ data }) => resolve(data);
  worker.onerror = ({ message }) => reject(new Error('worker: ' + message));
})`;

/** The number of segments that a page sees after its worker has filled the table. */
const READY_ON_PAGE = `import('/dist/index.js').then(({ PrimeTable }) => new Promise((resolve, reject) => {
  const table = new PrimeTable();
  const worker = new Worker('/filler.js', { type: 'module' });
  worker.onmessage = () => resolve(table.readySegments);
  worker.onerror = ({ message }) => reject(new Error('worker: ' + message));
  worker.postMessage(table.buffer);
}))`;

const SEGMENT_COUNT = 2185;
const STREAMED = { streamed: 664_579, streamedSum: 3_203_324_994_356, streamSum: '3203324994356' };

const RESULT = {
  toChunkBuffer: STREAMED,
  toOwnBuffer: STREAMED,
  // 10^7 is in the eleventh segment.
  readySegments: [11, SEGMENT_COUNT],
  count: 5_761_455,
  sum: '3203324994356',
  nth: 15_485_863,
  greatest: true,
  few: [101, 103, 107, 109, 113],
};

/** Evaluates an expression on a new page; returns the result and the errors and warnings of the page. */
async function evaluate(
  browser: Browser,
  url: string,
  expression: string,
): Promise<{ result: unknown; complaints: string[] }> {
  const page = await browser.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('response', (response) => {
    if (response.status() >= 400) complaints.push(`${response.status()} ${response.url()}`);
  });
  try {
    await page.goto(url);
    return { result: await page.evaluate(expression), complaints };
  } finally {
    await page.close();
  }
}

let browser: Browser | undefined;

beforeAll(async () => {
  browser = await launchBrowser();
});

afterAll(async () => {
  await browser?.close();
});

describe.each([
  ['isolated from other origins', true],
  ['not isolated', false],
])('the package in a browser, on a site that is %s', (_, isolated) => {
  it.for([
    ['on a page', ON_PAGE],
    ['in a worker', IN_WORKER],
  ] as const)('counts, sums, streams and fills a table %s', async ([, expression], { skip }) => {
    if (browser === undefined) return skip(NO_BROWSER);
    const texts = { '/probe.js': PROBE, '/worker.js': WORKER };
    await using server = await startPageServer({ dist: DIST, texts, isolated });
    const { result, complaints } = await evaluate(browser, server.url, expression);
    expect(complaints).toEqual([]);
    expect(result).toEqual({ ...RESULT, isolated, isTableShared: isolated });
  });

  const seen = isolated ? SEGMENT_COUNT : 0;
  it(`shows a page ${seen} segments after its worker has filled a table`, async ({ skip }) => {
    if (browser === undefined) return skip(NO_BROWSER);
    await using server = await startPageServer({ dist: DIST, texts: { '/filler.js': FILLER }, isolated });
    expect(await evaluate(browser, server.url, READY_ON_PAGE)).toEqual({ result: seen, complaints: [] });
  });
});

/** A running server; it serves until it is disposed. */
interface PageServer extends AsyncDisposable {
  /** With the final slash. */
  readonly url: string;
}

/** What to serve. */
interface PageServerOptions {
  /** The folder that is served as `/dist/`. */
  readonly dist: string;
  /** Texts by path, such as `/worker.js`; `/` is an empty page. */
  readonly texts: Readonly<Record<string, string>>;
  /**
   * Whether to send the two headers that isolate a page from other origins, so that it may use shared memory
   * (https://developer.mozilla.org/docs/Web/API/Window/crossOriginIsolated).
   */
  readonly isolated: boolean;
}

const ISOLATION = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' };

// With an icon, because browsers request one otherwise.
const EMPTY_PAGE = '<!doctype html><title>Primes</title><link rel="icon" href="data:,">';

const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript',
  '.wasm': 'application/wasm',
  '': 'text/html',
};

/** Serves the built package on a free port of 127.0.0.1: static ES modules, without a bundler or an import map. */
async function startPageServer({ dist, texts, isolated }: PageServerOptions): Promise<PageServer> {
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

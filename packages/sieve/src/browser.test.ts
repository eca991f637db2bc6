/**
 * The built package in a real browser, on a page and in a worker, with and without shared memory.
 *
 * The code below runs over there, so it is text; it imports what a page would import.
 */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startPageServer } from './testing/page-server.ts';

const DIST = fileURLToPath(new URL('../dist', import.meta.url));
const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);
const TIMEOUT_MS = 60_000;

/** No sandbox, as root has none; nothing that talks to the outside. */
const FLAGS = [
  ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
];

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

/** What a page sees of the table that its worker has filled. */
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
  // 10^7 lies in the eleventh.
  readySegments: [11, SEGMENT_COUNT],
  count: 5_761_455,
  sum: '3203324994356',
  nth: 15_485_863,
  greatest: true,
  few: [101, 103, 107, 109, 113],
};

/** Runs an expression on a page of its own; what it gives, and whatever the page complained about. */
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
  if (CHROMIUM !== undefined) browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
}, TIMEOUT_MS);

afterAll(async () => {
  await browser?.close();
}, TIMEOUT_MS);

describe.each([
  ['isolated from other origins', true],
  ['not isolated', false],
])('the package in a browser, on a site that is %s', (_, isolated) => {
  it.for([
    ['on a page', ON_PAGE],
    ['in a worker', IN_WORKER],
  ] as const)(
    'counts, sums, streams and fills a table %s',
    { timeout: TIMEOUT_MS },
    async ([, expression], { skip }) => {
      if (browser === undefined) return skip('there must be a Chromium (Debian: chromium)');
      const texts = { '/probe.js': PROBE, '/worker.js': WORKER };
      await using server = await startPageServer({ dist: DIST, texts, isolated });
      const { result, complaints } = await evaluate(browser, server.url, expression);
      expect(complaints).toEqual([]);
      expect(result).toEqual({ ...RESULT, isolated, isTableShared: isolated });
    },
  );

  const seen = isolated ? SEGMENT_COUNT : 0;
  it(`shows a page ${seen} segments of what its worker has filled`, { timeout: TIMEOUT_MS }, async ({ skip }) => {
    if (browser === undefined) return skip('there must be a Chromium (Debian: chromium)');
    await using server = await startPageServer({ dist: DIST, texts: { '/filler.js': FILLER }, isolated });
    expect(await evaluate(browser, server.url, READY_ON_PAGE)).toEqual({ result: seen, complaints: [] });
  });
});

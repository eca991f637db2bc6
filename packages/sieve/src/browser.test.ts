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
  import { countPrimes, isPrime, nthPrime, primes, PrimeStream, sumPrimes } from '/dist/index.js';

  export function probe() {
    const stream = new PrimeStream(0, 10_000_000);
    const chunk = new Uint8Array(65_536);
    const view = new DataView(chunk.buffer);
    let [streamed, streamedSum] = [0, 0];
    while (!stream.done) {
      const filled = stream.fill(chunk);
      for (let at = 0; at < filled; at += 4) streamedSum += view.getInt32(at);
      streamed += filled / 4;
      stream.advance(filled);
    }
    return {
      isolated: crossOriginIsolated,
      count: countPrimes(0, 100_000_000),
      sum: String(sumPrimes(0, 10_000_000)),
      streamed,
      streamedSum,
      streamSum: String(stream.sum),
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

const ON_PAGE = `import('/probe.js').then(({ probe }) => probe())`;

const IN_WORKER = `new Promise((resolve, reject) => {
  const worker = new Worker('/worker.js', { type: 'module' });
  worker.onmessage = ({ data }) => resolve(data);
  worker.onerror = ({ message }) => reject(new Error('worker: ' + message));
})`;

const RESULT = {
  count: 5_761_455,
  sum: '3203324994356',
  streamed: 664_579,
  streamedSum: 3_203_324_994_356,
  streamSum: '3203324994356',
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
  ] as const)('counts, sums and streams %s', { timeout: TIMEOUT_MS }, async ([, expression], { skip }) => {
    if (browser === undefined) return skip('there must be a Chromium (Debian: chromium)');
    const texts = { '/probe.js': PROBE, '/worker.js': WORKER };
    await using server = await startPageServer({ dist: DIST, texts, isolated });
    const { result, complaints } = await evaluate(browser, server.url, expression);
    expect(complaints).toEqual([]);
    expect(result).toEqual({ ...RESULT, isolated });
  });
});

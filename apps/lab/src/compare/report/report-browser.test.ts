/** The report in a real browser, opened from a disk: what it shows, what it asks for, and whether it fits. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, launchBrowser, NO_BROWSER, type Page } from '@concurrent-primes/fixtures/browser';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findScenario } from '../scenario.ts';
import { madeUp, threeRounds } from '../../testing/made-up-comparison.ts';
import { renderHtml } from './report-html.ts';

const COMPARISON = madeUp(
  {
    'epoll+quantum=64': { loads: threeRounds({ rate: 9000 }, { bytesPerSecond: 3e7 }) },
    'epoll+quantum=81920': { loads: threeRounds({ rate: 7000, p99Ms: 40 }, { bytesPerSecond: 9e8 }) },
    'pool:16': { loads: threeRounds({ rate: 5000, p99Ms: 90 }, { bytesPerSecond: 7e8 }) },
    net: { loads: threeRounds({ rate: 4000, p99Ms: 70 }, { bytesPerSecond: 6e8 }) },
  },
  findScenario('giants-and-mice'),
);

/** For each chart: how many colours its canvas has, and whether anything is drawn. */
const COLORS_OF_CHARTS = `[...document.querySelectorAll('.chart canvas')].map((canvas) => {
  const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  const colors = new Set();
  for (let at = 0; at < data.length; at += 4) if (data[at + 3] === 255) colors.add(data.slice(at, at + 3).join());
  return colors.size;
})`;

/** For each chart: the colour that the legend shows for the first server, which is that of its line. */
const FIRST_COLORS = `[...document.querySelectorAll('.u-legend')].map(
  (legend) => getComputedStyle(legend.querySelectorAll('.u-marker')[1]).backgroundColor)`;

let browser: Browser | undefined;
let folder: string;
let url: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'concurrent-primes-report-'));
  const path = join(folder, 'report.html');
  writeFileSync(path, renderHtml(COMPARISON, 'report.json'));
  url = pathToFileURL(path).href;
  browser = await launchBrowser();
});

afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Opens the report; what the page complains about, and what it asks for beside itself, is kept. */
async function open(theme: 'light' | 'dark', width: number) {
  const page = await browser!.newPage({ viewport: { width, height: 800 }, colorScheme: theme });
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => complaints.push(`${message.type()}: ${message.text()}`));
  page.on('request', (request) => {
    if (request.url() !== url && !request.url().startsWith('data:')) complaints.push(`request: ${request.url()}`);
  });
  await page.goto(url);
  return { page, complaints };
}

function groundOf(page: Page): Promise<unknown> {
  return page.evaluate('getComputedStyle(document.body).backgroundColor');
}

describe('the report in a browser', () => {
  it.for([
    ['light', 1200],
    ['dark', 1200],
    ['light', 390],
    ['dark', 390],
  ] as const)('is drawn, %s and %i pixels wide, without a complaint or a request', async ([theme, width], { skip }) => {
    if (browser === undefined) return skip(NO_BROWSER);
    const { page, complaints } = await open(theme, width);
    const colors = await page.evaluate<number[]>(COLORS_OF_CHARTS);
    expect(colors).toHaveLength(7);
    // Four lines of their own colours, if they don't cover each other, and text.
    for (const count of colors) expect(count).toBeGreaterThan(3);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
    expect(await groundOf(page)).toBe(theme === 'light' ? 'rgb(251, 250, 246)' : 'rgb(27, 28, 24)');
    expect(complaints).toEqual([]);
    await page.close();
  });

  it('draws again when the theme changes, and on paper in light colours', async ({ skip }) => {
    if (browser === undefined) return skip(NO_BROWSER);
    const { page, complaints } = await open('dark', 1000);
    const dark = await page.evaluate<string[]>(FIRST_COLORS);
    await page.emulateMedia({ colorScheme: 'light' });
    // The browser tells of it with its next frame.
    await expect.poll(() => page.evaluate(FIRST_COLORS)).not.toEqual(dark);
    const light = await page.evaluate<string[]>(FIRST_COLORS);
    await page.emulateMedia({ colorScheme: 'dark' });
    await expect.poll(() => page.evaluate(FIRST_COLORS)).toEqual(dark);
    await page.evaluate(`dispatchEvent(new Event('beforeprint'))`);
    expect(await page.evaluate(FIRST_COLORS)).toEqual(light);
    expect(await page.evaluate(`[...document.querySelectorAll('details')].every(({ open }) => open)`)).toBe(true);
    await page.evaluate(`dispatchEvent(new Event('afterprint'))`);
    expect(await page.evaluate(FIRST_COLORS)).toEqual(dark);
    expect(complaints).toEqual([]);
    await page.close();
  });

  it('fits again when the window gets narrower', async ({ skip }) => {
    if (browser === undefined) return skip(NO_BROWSER);
    const { page } = await open('light', 1200);
    await page.setViewportSize({ width: 390, height: 800 });
    await expect
      .poll(() =>
        page.evaluate(`[...document.querySelectorAll('.uplot')].every(({ offsetWidth }) => offsetWidth <= 390)`),
      )
      .toBe(true);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
    await page.close();
  });
});

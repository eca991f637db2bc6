/** A recording as a page from disk shows what the live page has shown. */
import { TextSink, eventually } from '@concurrent-primes/fixtures';
import { type Browser, type Page, complaintsOf, launchBrowser, NO_BROWSER } from '@concurrent-primes/fixtures/browser';
import { EXIT_OK } from '@concurrent-primes/harness/terminal';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runCli } from '../lab-cli.ts';
import { NEVER } from '../testing/check-server.ts';

const DEADLINE_MS = 60_000;
/** Steps that are compared: the last ones that were seen live. */
const STEPS = 6;
const folder = mkdtempSync(join(tmpdir(), 'lab-replay-'));

let browser: Browser | undefined;

beforeAll(async () => {
  browser = await launchBrowser();
});

afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true });
});

/** What a page says of a moment: all but the history, in which the live page may know more columns. */
async function picture(page: Page): Promise<string[]> {
  return page.locator('.sentence, .glance, .station, .row .who, .row .strip').allInnerTexts();
}

/** The number of the turn or step that a page shows. */
async function stepOf(page: Page): Promise<number> {
  const text = (await page.locator('output').textContent())!;
  return Number(/^(?:turn|step) ([\d,]+)/.exec(text)![1]!.replaceAll(',', ''));
}

/** Goes back one step, and waits until the page shows it. */
async function goBack(page: Page): Promise<number> {
  const before = page.url();
  await page.keyboard.press('ArrowLeft');
  await expect.poll(() => page.url(), { timeout: DEADLINE_MS, interval: 10 }).not.toBe(before);
  return Number(/#step=(\d+)/.exec(page.url())![1]);
}

it.for(['select', 'pool:3'])('of a %s server', async (server, test) => {
  if (browser === undefined) test.skip(NO_BROWSER);
  const file = join(folder, `${server.replace(':', '-')}.cpr`);
  const [stdout, stderr] = [new TextSink(), new TextSink()];
  const interrupt = new AbortController();
  const args = [
    'watch',
    '-s',
    server,
    '-t',
    '4',
    '--with',
    'silent',
    '--per-second',
    '50',
    '--no-open',
    '--record',
    file,
  ];
  const watching = runCli(args, { stdout, stderr, env: {}, interrupt: interrupt.signal });
  const url = await eventually(() => {
    const [, found] = /^watch it at (\S+)$/m.exec(stdout.text) ?? [];
    expect(found, stderr.text).toBeDefined();
    return found!;
  });
  const live = await browser!.newPage({ viewport: { width: 1280, height: 900 } });
  const complaints = complaintsOf(live);
  await live.goto(url);
  // The page knows the steps since it was opened.
  const first = await stepOf(live);
  await expect.poll(() => stepOf(live), { timeout: DEADLINE_MS }).toBeGreaterThan(first + STEPS + 2);
  await live.keyboard.press('Space');
  await expect.poll(() => live.locator('header').innerText(), { timeout: DEADLINE_MS }).toMatch(/HELD/);
  const seen = new Map<number, string[]>();
  while (seen.size < STEPS) seen.set(await goBack(live), await picture(live));
  expect(complaints).toEqual([]);
  await live.close();
  interrupt.abort();
  expect(await watching).toBe(EXIT_OK);

  const html = `${file}.html`;
  const code = await runCli(['replay', file, '--html', html], { stdout, stderr, env: {}, interrupt: NEVER });
  expect({ code, stderr: stderr.text }).toEqual({ code: EXIT_OK, stderr: '' });
  const replayed = await browser!.newPage({ viewport: { width: 1280, height: 900 } });
  const fromDisk = complaintsOf(replayed);
  for (const [step, shown] of seen) {
    await replayed.goto(`${pathToFileURL(html).href}#step=${step}`);
    await replayed.locator('.glance').waitFor();
    await expect.poll(() => picture(replayed), { timeout: DEADLINE_MS }).toEqual(shown);
  }
  expect(fromDisk).toEqual([]);
});

/** Two servers side by side, in a real browser: the same clients, held and stepped together. */
import { TextSink, eventually } from '@concurrent-primes/fixtures';
import { type Browser, complaintsOf, launchBrowser, NO_BROWSER } from '@concurrent-primes/fixtures/browser';
import { EXIT_OK } from '@concurrent-primes/harness/terminal';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runCli } from '../lab-cli.ts';

const TIMEOUT_MS = 60_000;

let browser: Browser | undefined;

beforeAll(async () => {
  browser = await launchBrowser();
}, TIMEOUT_MS);

afterAll(() => browser?.close());

it('shows that silent clients make others wait in a pool, and not in select', { timeout: TIMEOUT_MS }, async (test) => {
  if (browser === undefined) test.skip(NO_BROWSER);
  const [stdout, stderr] = [new TextSink(), new TextSink()];
  const interrupt = new AbortController();
  const args = ['watch', '-s', 'select,pool:2', '-t', '3', '--with', 'silent,silent', '--per-second', '100'];
  const watching = runCli(args, { stdout, stderr, env: {}, interrupt: interrupt.signal });
  const url = await eventually(() => {
    const [, found] = /^watch it at (\S+)$/m.exec(stdout.text) ?? [];
    expect(found, stderr.text).toBeDefined();
    return found!;
  });
  const page = await browser!.newPage({ viewport: { width: 1280, height: 900 } });
  const complaints = complaintsOf(page);
  await page.goto(url);
  const texts = (selector: string): Promise<string[]> => page.locator(selector).allInnerTexts();
  // The two silent clients hold both threads of the pool; the three good ones wait there, and are served by select.
  await expect
    .poll(() => texts('.figures strong'), { timeout: TIMEOUT_MS })
    .toEqual([expect.stringMatching(/^0 of \d$/), '! 3 of 5']);
  expect(await texts('.figures b')).toEqual(['select', 'pool of 2']);
  const sentence = (await texts('.sentence p')).join(' ');
  expect(sentence).toContain('With pool of 2, 3 clients wait for another one; with select, nobody does.');
  expect(sentence).toContain('s1 and s2 aren’t ready. select leaves them alone; in the pool of 2 each holds a thread.');
  const rows = page.locator('.pair-row:not(.head)');
  await expect.poll(() => rows.nth(2).innerText()).toMatch(/^s3\n+select [\d.]+ (µs|ms|s), ! pool still waits/);
  expect(await rows.nth(2).locator('.lane').nth(1).getAttribute('aria-label')).toMatch(
    /^s3, pool of 2: waits for another client for /,
  );

  await page.keyboard.press('Space');
  await expect.poll(() => texts('header .mode')).toEqual(['HELD both servers']);
  const newest = (await texts('output'))[0]!;
  await page.keyboard.press('ArrowLeft');
  await expect.poll(() => texts('header .mode')).toEqual([expect.stringMatching(/^LOOKING BACK /)]);
  expect((await texts('output'))[0]).not.toBe(newest);
  await page.keyboard.press('Space');
  await expect.poll(() => texts('header .mode')).toEqual(['HELD both servers']);
  expect(complaints).toEqual([]);
  await page.close();
  interrupt.abort();
  expect(await watching).toBe(EXIT_OK);
});

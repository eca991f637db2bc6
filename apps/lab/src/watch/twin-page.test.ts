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
  const args = ['watch', '-s', 'select,pool:2', '-t', '3', '--with', 'silent,silent', '--per-second', '0'];
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
  // Held are the clients: a step is one act of one client with both servers, in a fixed order.
  const mode = (): Promise<string> => page.locator('header .mode').innerText();
  await expect.poll(mode).toBe('HELD each client waits to act');
  const acts = [1, 2, 3, 4, 5].map((client) => `client ${client} connects`);
  acts.push(...[3, 4, 5].map((client) => `client ${client} sends its request`));
  for (const act of acts) {
    await page.keyboard.press('ArrowRight');
    await expect.poll(mode).toBe(`HELD ${act}`);
  }
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

  const newest = (await texts('output'))[0]!;
  await page.keyboard.press('ArrowLeft');
  await expect.poll(mode).toMatch(/^LOOKING BACK /);
  // Steps are shorter than what the page shows of the time.
  await expect
    .poll(async () => {
      await page.keyboard.press('ArrowLeft');
      return (await texts('output'))[0];
    })
    .not.toBe(newest);
  await page.keyboard.press('Space');
  await expect.poll(mode).toBe('HELD client 5 sends its request');
  await page.keyboard.press('Space');
  await expect.poll(mode).toBe('RUNNING clients act as they like');
  expect(complaints).toEqual([]);
  await page.screenshot({ path: '/tmp/twin.png', fullPage: true });
  await page.close();
  interrupt.abort();
  expect(await watching).toBe(EXIT_OK);
});

/** Two servers side by side, in a real browser: the same clients, held and stepped together. */
import { TextSink, eventually } from '@concurrent-primes/fixtures';
import { type Browser, complaintsOf, launchBrowser, NO_BROWSER } from '@concurrent-primes/fixtures/browser';
import { EXIT_OK } from '@concurrent-primes/harness/terminal';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runCli } from '../lab-cli.ts';
import { NEVER } from '../testing/check-server.ts';

const folder = mkdtempSync(join(tmpdir(), 'lab-twin-'));
let browser: Browser | undefined;

beforeAll(async () => {
  browser = await launchBrowser();
});

afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true });
});

it('shows that silent clients make others wait in a pool, and not in select', async (test) => {
  if (browser === undefined) test.skip(NO_BROWSER);
  const [stdout, stderr] = [new TextSink(), new TextSink()];
  const interrupt = new AbortController();
  const args = ['watch', '-s', 'select,pool:2', '-t', '3', '--with', 'silent,silent', '--per-second', '0'];
  args.push('--record', join(folder, 'twin.cpr'));
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
  await expect.poll(() => texts('.figures strong')).toEqual([expect.stringMatching(/^0 of \d$/), '! 3 of 5']);
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
  await page.close();
  interrupt.abort();
  expect(await watching).toBe(EXIT_OK);

  const files = ['twin-select.cpr', 'twin-pool-2.cpr'].map((name) => join(folder, name));
  expect(stderr.text).toBe(`recording to ${files.join(' and ')}\n`);
  const html = join(folder, 'twin.html');
  expect(await runCli(['replay', ...files, '--html', html], { stdout, stderr, env: {}, interrupt: NEVER })).toBe(
    EXIT_OK,
  );
  const replayed = await browser!.newPage({ viewport: { width: 1280, height: 900 } });
  const fromDisk = complaintsOf(replayed);
  await replayed.goto(pathToFileURL(html).href);
  await expect
    .poll(() => replayed.locator('header .mode').innerText())
    .toMatch(/^RECORDING [\d,.]+ m?s of both servers$/);
  // At the end all have left; before, the pool's clients waited.
  await expect
    .poll(async () => {
      await replayed.keyboard.press('ArrowLeft');
      return replayed.locator('.figures strong').allInnerTexts();
    })
    .toEqual([expect.stringMatching(/^0 of \d$/), '! 3 of 5']);
  expect(await replayed.locator('.pair-row:not(.head)').nth(2).innerText()).toMatch(
    /^s3\n+select [\d.]+ (µs|ms|s), ! pool still waits/,
  );
  await replayed.keyboard.press('Space');
  await expect.poll(() => replayed.locator('header .mode').innerText()).toMatch(/^PLAYING /);
  await expect.poll(() => replayed.locator('header .mode').innerText()).toMatch(/^RECORDING /);
  expect(fromDisk).toEqual([]);
});

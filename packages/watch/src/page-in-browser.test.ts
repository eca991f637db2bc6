/**
 * The built page in a browser: recordings and a live server, each size, both themes, the keyboard, accessibility.
 *
 * The live server is a script: Playwright answers the page's WebSocket.
 */
import axe from 'axe-core';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  type Browser,
  complaintsOf,
  launchBrowser,
  NO_BROWSER,
  type Page,
  type WebSocketRoute,
} from '@concurrent-primes/fixtures/browser';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Command } from './messages.ts';
import { embedRecording, readPage } from './page-file.ts';
import { crowdMessages, fastServerScript, MESSAGES_LEFT } from './testing/fast-server.ts';
import { servePage } from './testing/page-server.ts';
import { messagesOf, recordingBytes, RECORDINGS } from './testing/recordings.ts';

const HELLO = JSON.stringify({
  hello: {
    control: true,
    releaseAfterMs: 10_000,
    sources: ['select'],
    clients: [
      { name: 'good', does: 'asks, reads, reports the sum and leaves' },
      { name: 'slow-reader', does: 'reads its answer slowly' },
    ],
  },
});

let browser: Browser | undefined;
const folder = mkdtempSync(join(tmpdir(), 'watch-page-'));

beforeAll(async () => {
  browser = await launchBrowser();
  for (const [name, record] of Object.entries(RECORDINGS)) {
    writeFileSync(join(folder, `${name}.html`), embedRecording(readPage(), recordingBytes(record())));
  }
});

afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true });
});

/** A page, and all that it complained about. */
interface Visit extends AsyncDisposable {
  readonly page: Page;
  readonly complaints: readonly string[];
}

async function visit({ width = 1280 } = {}): Promise<Visit> {
  const context = await browser!.newContext({
    viewport: { width, height: 900 },
    colorScheme: 'light',
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  const complaints = complaintsOf(page);
  return { page, complaints, [Symbol.asyncDispose]: () => context.close() };
}

async function open(page: Page, name: string, step: number): Promise<void> {
  await page.goto(`${pathToFileURL(join(folder, `${name}.html`)).href}#step=${step}`);
  await page.waitForSelector('.glance');
}

const lead = (page: Page): Promise<string> => page.locator('.sentence p').first().innerText();

describe('a recording from disk', () => {
  it('opens at the step of its address, and steps both ways', async ({ skip }) => {
    if (browser === undefined) return skip(NO_BROWSER);
    await using visited = await visit();
    const { page, complaints } = visited;
    await open(page, 'four', 9);
    expect(await lead(page)).toBe(
      'Turn 9. select() reports no socket readable, s2 and s3 writable. 113 is sent to s2. 7 is sent to s3.',
    );
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => lead(page)).toContain('Turn 10. ');
    expect(page.url()).toMatch(/#step=10$/);
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('ArrowLeft');
    await expect.poll(() => lead(page)).toContain('Turn 8. ');
    expect(complaints).toEqual([]);
  });

  it('stops inside a turn after each call', async ({ skip }) => {
    if (browser === undefined) return skip(NO_BROWSER);
    await using visited = await visit();
    const { page } = visited;
    await open(page, 'four', 9);
    await page.keyboard.press('Shift+ArrowRight');
    await expect.poll(() => lead(page)).toContain('Which calls follow?');
    expect(await page.locator('.chip.due').count()).toBe(3);
    await page.keyboard.press('Shift+ArrowRight');
    await expect.poll(() => lead(page)).toMatch(/7 is sent to s1\.$/);
    expect(page.url()).toMatch(/#step=10&event=\d+$/);
    const address = page.url();
    await page.keyboard.press('ArrowLeft');
    await page.goto('about:blank');
    await page.goto(address);
    await expect.poll(() => lead(page)).toMatch(/7 is sent to s1\.$/);
    await page.keyboard.press('ArrowLeft');
    await expect.poll(() => page.url()).toMatch(/#step=9$/);
  });

  it('shows who waits for whom in a pool', async ({ skip }) => {
    if (browser === undefined) return skip(NO_BROWSER);
    await using visited = await visit();
    await open(visited.page, 'pool', 14);
    expect(await visited.page.locator('.glance').innerText()).toMatch(/^! 4 of 7\s+wait for another client/);
    expect(visited.complaints).toEqual([]);
  });

  it('plays with the space key, and stops', async ({ skip }) => {
    if (browser === undefined) return skip(NO_BROWSER);
    await using visited = await visit();
    const { page } = visited;
    await open(page, 'ten', 1);
    await page.keyboard.press('Space');
    await expect.poll(() => lead(page)).toContain('Turn 3. ');
    await page.keyboard.press('Space');
    await expect.poll(() => page.locator('.mode').innerText()).toMatch(/^RECORDING/);
  });
});

const SHOWN = [
  ['four', 9],
  ['pool', 14],
  ['ten', 8],
  ['net', 6],
  ['thirty', 200],
  ['many', 200],
  ['crowd', 150],
  ['starving', 440],
] as const;

const WIDTHS = [320, 390, 1280, 1920];

it.for(SHOWN)(
  `%s fits at ${WIDTHS.join(', ')} pixels, and is accessible in both themes`,
  async ([name, step], { skip }) => {
    if (browser === undefined) return skip(NO_BROWSER);
    await using visited = await visit({ width: WIDTHS[0]! });
    const { page, complaints } = visited;
    await open(page, name, step);
    await page.locator('summary').last().click();
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: 900 });
      await drawn(page);
      expect(await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')).toBe(
        0,
      );
      for (const theme of ['Dark', 'Light']) {
        expect(await findings(page)).toEqual([]);
        await page.getByRole('button', { name: theme }).click();
        await page.waitForSelector(`:root[data-theme=${theme.toLowerCase()}]`);
      }
    }
    expect(complaints).toEqual([]);
  },
);

/** Waits until the page has measured its width, and is drawn for it. */
async function drawn(page: Page): Promise<void> {
  const frame = 'new Promise((resolve) => requestAnimationFrame(resolve))';
  for (let frames = 0; frames < 3; frames += 1) await page.evaluate(frame);
}

/** What axe finds. */
async function findings(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const results = await page.evaluate<axe.AxeResults>("axe.run({ resultTypes: ['violations'] })");
  return results.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`);
}

/** A scripted live server. */
interface Live {
  readonly socket: WebSocketRoute;
  readonly commands: Command[];
}

async function openLive(page: Page, url: string): Promise<Live> {
  const opened = Promise.withResolvers<WebSocketRoute>();
  const commands: Command[] = [];
  await page.routeWebSocket(/\/stream\?token=secret$/, (socket) => {
    socket.onMessage((message) => commands.push(JSON.parse(String(message)) as Command));
    opened.resolve(socket);
  });
  await page.goto(url);
  const socket = await opened.promise;
  socket.send(HELLO);
  return { socket, commands };
}

describe('a live server', () => {
  it('is shown, controlled, and looked back at', async ({ skip }) => {
    if (browser === undefined) return skip(NO_BROWSER);
    await using server = await servePage();
    await using visited = await visit();
    const { page, complaints } = visited;
    const { socket, commands } = await openLive(page, server.url);
    for (const message of messagesOf(RECORDINGS['four']!(), 40)) socket.send(Buffer.from(message));
    await expect.poll(() => page.locator('.mode').innerText()).toMatch(/^RUNNING/);
    await expect.poll(() => page.locator('.controls output').innerText()).toMatch(/^turn 22,/);
    await page.keyboard.press('ArrowLeft');
    await expect
      .poll(() => page.locator('.mode').innerText())
      .toMatch(/^LOOKING BACK 1 turn behind, the server runs on/);
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => page.locator('.mode').innerText()).toMatch(/^RUNNING/);
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Shift+ArrowRight');
    await page.keyboard.press('Space');
    await page.getByRole('button', { name: 'A slow reader' }).click();
    await expect
      .poll(() => commands)
      .toEqual([
        { do: 'step', what: 'turn' },
        { do: 'step', what: 'call' },
        { do: 'hold' },
        { do: 'add', client: 'slow-reader', interval: [2, 100] },
      ]);
    expect(await findings(page)).toEqual([]);
    expect(complaints).toEqual([]);
  });

  it('is lost, and found again', async ({ skip }) => {
    if (browser === undefined) return skip(NO_BROWSER);
    await using server = await servePage();
    await using visited = await visit();
    const { page } = visited;
    const sockets: WebSocketRoute[] = [];
    await page.routeWebSocket(/\/stream\?/, (socket) => {
      sockets.push(socket);
      for (const message of messagesOf(RECORDINGS['four']!())) socket.send(Buffer.from(message));
    });
    await page.goto(server.url);
    await expect.poll(() => page.locator('.mode').innerText()).toMatch(/^RUNNING/);
    await sockets[0]!.close();
    await expect.poll(() => page.locator('.notice').innerText()).toContain('The connection to the server is lost.');
    await expect.poll(() => page.locator('.mode').innerText()).toMatch(/^RUNNING/);
    expect(await page.locator('.notice').count()).toBe(0);
  });

  it('draws 1,000 clients at full speed', async ({ skip }) => {
    if (browser === undefined) return skip(NO_BROWSER);
    await using server = await servePage();
    await using visited = await visit();
    const { page, complaints } = visited;
    await page.addInitScript(fastServerScript(crowdMessages()));
    await page.goto(server.url);
    await expect.poll(() => page.evaluate(MESSAGES_LEFT)).toBe(0);
    await expect.poll(() => page.locator('.glance').innerText()).toMatch(/^(! )?[\d,]+ of 1,000/);
    expect(complaints).toEqual([]);
  });
});

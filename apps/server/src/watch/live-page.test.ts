/** The live page of real servers, in a real browser. */
import { setTimeout as delay } from 'node:timers/promises';
import { Peer, eventually, referencePrimes } from '@concurrent-primes/fixtures';
import { type Browser, type Page, complaintsOf, launchBrowser, NO_BROWSER } from '@concurrent-primes/fixtures/browser';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ServerProcess } from '../testing/server-process.ts';
import { NO_STRACE, sends, trace } from '../testing/traced-server.ts';

const DEADLINE_MS = 60_000;
const PRESS_AGAIN_MS = 2000;
let browser: Browser | undefined;

beforeAll(async () => {
  browser = await launchBrowser();
}, DEADLINE_MS);

afterAll(() => browser?.close());

/** Opens the page of a server. */
async function watch(server: ServerProcess): Promise<{ readonly page: Page; readonly complaints: readonly string[] }> {
  const url = await addressOf(server);
  const page = await browser!.newPage({ viewport: { width: 1280, height: 900 } });
  page.setDefaultTimeout(DEADLINE_MS);
  const complaints = complaintsOf(page);
  await page.goto(url);
  await page.waitForSelector('.glance');
  return { page, complaints };
}

async function addressOf(server: ServerProcess): Promise<string> {
  return eventually(() => {
    const [, url] = /^watch it at (\S+)$/m.exec(server.stdout) ?? [];
    expect(url).toBeDefined();
    return url!;
  });
}

async function until(page: Page, selector: string, text: string | RegExp): Promise<void> {
  await expect.poll(() => page.locator(selector).first().innerText(), { timeout: DEADLINE_MS }).toMatch(text);
}

const hold = async (page: Page): Promise<void> => {
  await page.keyboard.press('Space');
  await until(page, 'header', /HELD/);
};

/** The integers that the page shows as sent in this turn. */
async function sentNow(page: Page): Promise<number[]> {
  const texts = await page.locator('.row .cell.now-out').allInnerTexts();
  return texts.map((text) => Number(text.replace(/\D/g, ''))).sort((one, other) => one - other);
}

/** Goes one step back. */
async function goBack(page: Page): Promise<void> {
  const before = page.url();
  await page.keyboard.press('ArrowLeft');
  await expect.poll(() => page.url(), { timeout: DEADLINE_MS, interval: 10 }).not.toBe(before);
}

async function turnOf(page: Page): Promise<number> {
  const [, turn] = /^Turn ([\d,]+)\./.exec(await page.locator('.sentence p').first().innerText()) ?? [];
  return Number((turn ?? '0').replaceAll(',', ''));
}

it('shows each integer in the turn in which the server sends it, forward and back', async (test) => {
  if (browser === undefined) test.skip(NO_BROWSER);
  if (NO_STRACE !== undefined) test.skip(NO_STRACE);
  const traced = await trace('select', '--quantum', '1', '--watch');
  await using server = traced.server;
  const { page, complaints } = await watch(server);
  await hold(page);
  // As `multi 100 200 -t 10`.
  let served = 0;
  const clients = Array.from({ length: 10 }, async (_, index) => {
    const interval = [100 + 1000 * index, 200 + 1000 * index] as const;
    await using peer = await Peer.connect(server.port, { timeoutMs: DEADLINE_MS });
    await peer.sendRequest(...interval);
    const count = await peer.readCount();
    const { sum } = await peer.readPrimes(count, interval);
    await peer.sendSum(sum);
    await peer.end();
    await peer.readEnd();
    served += 1;
    return [count, ...referencePrimes(...interval)];
  });
  const shown = new Map<number, number[]>();
  while (served < clients.length) {
    const before = await turnOf(page);
    let pressedMs = -Infinity;
    // The last turns wait for clients; a turn that is stepped into waits for what they send next. Two steps while the thread
    // is on its way to the gate are one, so a step may be lost: then the key is pressed again.
    const isFurther = async (): Promise<boolean> => {
      if (served === clients.length || (await turnOf(page)) > before) return true;
      if (performance.now() - pressedMs > PRESS_AGAIN_MS) {
        pressedMs = performance.now();
        await page.keyboard.press('ArrowRight');
      }
      return false;
    };
    await expect.poll(isFurther, { timeout: DEADLINE_MS, interval: 10 }).toBe(true);
    const turn = await turnOf(page);
    if (turn > before) shown.set(turn, await sentNow(page));
  }
  const answers = await Promise.all(clients);
  for (let turn = Math.max(...shown.keys()); turn >= 1; turn -= 1) {
    while ((await turnOf(page)) > turn) await goBack(page);
    const integers = await sentNow(page);
    // A key that was pressed again may have made two turns.
    if (shown.has(turn)) expect(integers, `turn ${turn}, gone back to`).toEqual(shown.get(turn));
    else shown.set(turn, integers);
  }
  expect(complaints).toEqual([]);
  await page.close();

  const sent = sends(await traced.calls()).map(({ value }) => value);
  expect(sent).toHaveLength(answers.flat().length);
  let at = 0;
  for (const [turn, integers] of [...shown].sort(([one], [other]) => one - other)) {
    const made = sent.slice(at, at + integers.length).sort((one, other) => one - other);
    expect(integers, `turn ${turn}`).toEqual(made);
    at += integers.length;
  }
  expect(at).toBe(sent.length);
});

it('shows who waits for whom in a pool, and takes the client that came first', async (test) => {
  if (browser === undefined) test.skip(NO_BROWSER);
  await using server = await ServerProcess.listening(['pool', '--threads', '3', '--port', '0', '--watch']);
  const { page, complaints } = await watch(server);
  const peers: Peer[] = [];
  await using stack = new AsyncDisposableStack();
  for (let index = 0; index < 7; index += 1) {
    const peer = stack.use(await Peer.connect(server.port, { timeoutMs: DEADLINE_MS }));
    await peer.sendRequest(2, 10);
    // The first three hold a thread each: they don't send their sums.
    if (index < 3) expect(await peer.readCount()).toBe(4);
    peers.push(peer);
  }
  await until(page, '.glance', /4 of 7[^]*wait for another client/);
  await hold(page);
  const second = peers[1]!;
  const { sum } = await second.readPrimes(4, [2, 10]);
  await second.sendSum(sum);
  await second.end();
  const placeOf = (name: string): Promise<string> =>
    page
      .locator('.row', { has: page.locator('b', { hasText: new RegExp(`^${name}$`) }) })
      .locator('.place')
      .innerText();
  await expect
    .poll(
      async () => {
        await page.keyboard.press('ArrowRight');
        return await placeOf('s4');
      },
      { timeout: DEADLINE_MS },
    )
    .toMatch(/T\d/);
  expect(await placeOf('s5')).toMatch(/queue/);
  await until(page, '.glance', /3 of 6/);
  expect(complaints).toEqual([]);
  await page.keyboard.press('Space');
  expect(await peers[3]!.readCount()).toBe(4);
});

it('cuts no client because the page held the server, whatever becomes of the page', async (test) => {
  if (browser === undefined) test.skip(NO_BROWSER);
  const limits = ['--request-timeout', '0.5', '--idle-timeout', '0.5', '--sum-timeout', '0.5'];
  for (const command of [['select'], ['pool', '--threads', '2']]) {
    await using server = await ServerProcess.listening([...command, '--port', '0', '--watch', ...limits]);
    const first = await watch(server);
    const second = await watch(server);
    await hold(first.page);
    await until(second.page, 'header', /HELD/);
    await using client = await Peer.connect(server.port, { timeoutMs: DEADLINE_MS });
    await client.send(Uint8Array.of(0, 0, 0, 2));
    // The server's clock moves only in its steps, so all this takes no time of its limits.
    await expect
      .poll(
        async () => {
          await first.page.keyboard.press('ArrowRight');
          return first.page.locator('main').innerText();
        },
        { timeout: DEADLINE_MS },
      )
      .toMatch(/4 of the 8 bytes/);
    // Twice the limit passes for us, not for the server.
    await delay(1000);
    await first.page.keyboard.press('ArrowRight');
    await first.page.close();
    await second.page.reload();
    await second.page.waitForSelector('.glance');
    await client.send(Uint8Array.of(0, 0, 0, 10));
    await second.page.keyboard.press('Space');
    await until(second.page, 'header', /RUNNING/);
    expect(await client.readCount(), command.join(' ')).toBe(4);
    expect(first.complaints).toEqual([]);
    await second.page.close();
  }
});

it('ends a server that a page holds', async (test) => {
  if (browser === undefined) test.skip(NO_BROWSER);
  for (const command of [['select'], ['pool', '--threads', '2'], ['net']]) {
    await using server = await ServerProcess.listening([...command, '--port', '0', '--watch', '--drain-timeout', '0']);
    const { page } = await watch(server);
    await hold(page);
    await using client = await Peer.connect(server.port, { timeoutMs: DEADLINE_MS });
    await client.sendRequest(2, 10);
    const { code } = await server.stop();
    expect(code, command.join(' ')).toBe(0);
    await until(page, 'header', /NOT CONNECTED/);
    await page.close();
  }
});

it('adds clients of every kind from the page', async (test) => {
  if (browser === undefined) test.skip(NO_BROWSER);
  await using server = await ServerProcess.listening(['select', '--port', '0', '--watch', '--drain-timeout', '0']);
  const { page, complaints } = await watch(server);
  await page.getByRole('button', { name: 'A good client' }).click();
  await until(page, '.add', /good: served: 25 primes, sum 1060/);
  await page.getByRole('button', { name: 'A silent one' }).click();
  await until(page, '.add', /silent: stays connected/);
  await page.getByLabel('kind').selectOption('never-sum');
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await until(page, '.add', /never-sum: stays connected/);
  await until(page, '.glance', /of 2/);
  expect(complaints).toEqual([]);
  const { code, stderr } = await server.stop();
  expect(code).toBe(0);
  expect(stderr).toContain('stopped after 3 connections, served 1');
});

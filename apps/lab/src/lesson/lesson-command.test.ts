/** `lab lesson`: the shipped lessons are proved, and their pages work in a browser. */
import { TextSink } from '@concurrent-primes/fixtures';
import { complaintsOf, launchBrowser, NO_BROWSER } from '@concurrent-primes/fixtures/browser';
import axe from 'axe-core';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, expect, it } from 'vitest';
import { runCli } from '../lab-cli.ts';
import { NEVER } from '../testing/check-server.ts';
import { lessonNames } from './lesson-command.ts';

const folder = mkdtempSync(join(tmpdir(), 'lab-lesson-'));

afterAll(() => {
  rmSync(folder, { recursive: true });
});

async function lesson(...args: string[]) {
  const [stdout, stderr] = [new TextSink(), new TextSink()];
  const code = await runCli(['lesson', ...args], { stdout, stderr, env: {}, interrupt: NEVER });
  return { code, stdout: stdout.text, stderr: stderr.text };
}

it('lists the lessons that come with the lab', async () => {
  const { code, stdout } = await lesson('list');
  expect(code).toBe(0);
  expect(stdout.trim().split('\n')).toHaveLength(4);
  expect(stdout).toContain('who-waits-for-whom      Who waits for whom?, 15 minutes');
});

it.for(lessonNames())('builds %s, whose answers are proved', async (name) => {
  const file = join(folder, `${name}.html`);
  const { code, stdout, stderr } = await lesson('build', name, '-o', file);
  expect({ code, stdout }, stderr).toEqual({ code: 0, stdout: `${file}\n` });
});

it('says which answer the recording disagrees with', async () => {
  const source = join(folder, 'wrong.json');
  writeFileSync(
    source,
    JSON.stringify({
      ...{ format: 'concurrent-primes/lesson@1', title: 'Wrong', minutes: 1, intro: 'A wrong answer.' },
      runs: { select: { server: 'select --quantum 1', clients: [{ asks: [2, 5] }], steps: 5 } },
      questions: [
        {
          ...{ id: 'how-many', run: 'select', kind: 'number', ask: 'How many?', why: 'Many.' },
          ...{ at: { step: 1 }, reveal: { step: 2 }, answer: { value: 7, proof: { count: 'accept s1' } } },
        },
      ],
    }),
  );
  const { code, stderr } = await lesson('build', source, '-o', join(folder, 'wrong.html'));
  expect(code).toBe(1);
  expect(stderr).toContain("error: cannot prove the lesson's answers:\n  how-many: the recording must have 7, got 1\n");
});

it.for([
  [['build', 'no-such-lesson'], 'must be a JSON file or half-a-request or'],
  [['build', pathToFileURL(folder).pathname], 'EISDIR'],
] as const)('exits with 2 and says what to do: %j', async ([args, message]) => {
  const { code, stderr } = await lesson(...args);
  expect(code).toBe(2);
  expect(stderr).toContain(message);
});

it('a lesson opens from disk, judges answers, and then shows what happens', async (test) => {
  const browser = await launchBrowser();
  if (browser === undefined) test.skip(NO_BROWSER);
  await using stack = new AsyncDisposableStack();
  stack.defer(() => browser!.close());
  const file = join(folder, 'page.html');
  await lesson('build', 'who-waits-for-whom', '-o', file);
  const page = await browser!.newPage({ viewport: { width: 1280, height: 900 } });
  const complaints = complaintsOf(page);
  await page.goto(pathToFileURL(file).href);
  const where = page.locator('output');
  const check = page.getByRole('button', { name: 'Check' });
  await page.getByText('Question 1 of 6').waitFor();
  await page.getByLabel('In recv() for s1').check();
  await check.click();
  await page.getByText('Not quite. Then s3 and s4 would get nothing.').waitFor();
  // What follows is kept back.
  expect(await page.getByRole('button', { name: /^Step/ }).isDisabled()).toBe(true);
  await page.keyboard.press('ArrowRight');
  expect(await where.textContent()).toMatch(/^turn 3,/);
  await page.getByLabel('In select(), or serving others').check();
  await check.click();
  await page.getByText('Right. The loop remembers').waitFor();
  expect(await where.textContent()).toMatch(/^turn 4,/);
  await page.keyboard.press('ArrowRight');
  await expect.poll(() => where.textContent()).toMatch(/^turn 5,/);
  const next = page.getByRole('button', { name: 'Next question' });
  await next.click();
  await check.click();
  await page.getByText('Right. Nobody does.').waitFor();
  await next.click();
  await next.click();
  await expect.poll(() => page.locator('.glance').isVisible()).toBe(false);
  for (const socket of ['s3', 's4']) await page.getByLabel(socket, { exact: true }).check();
  await check.click();
  await page.getByText('Right. s3 is in the queue').waitFor();
  expect(await page.locator('.glance').textContent()).toContain('2 of 4');
  await next.click();
  for (const option of ['It closes s2', 'It takes s3', 'It reads the request of s3', 'It takes s4']) {
    await page.getByRole('button', { name: option }).click();
  }
  await check.click();
  await page.getByText('Right. First in, first out.').waitFor();
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate<axe.AxeResults>('axe.run()');
  expect(violations.map(({ id }) => id)).toEqual([]);
  expect(complaints).toEqual([]);
});

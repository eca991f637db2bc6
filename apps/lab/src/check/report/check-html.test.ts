/** The HTML report, and in a real browser what it looks like. */
import { launchBrowser, NO_BROWSER } from '@concurrent-primes/fixtures/browser';
import { describe, expect, it } from 'vitest';
import { REPORT } from '../../testing/reports.ts';
import { renderCheckHtml } from './check-html.ts';

const PAGE = renderCheckHtml(REPORT);

/** The marks of the first timeline: their glyphs, and where they stand. */
const MARKS = `[...document.querySelectorAll('svg .mark')].map((mark) => {
  const { left, top } = mark.getBoundingClientRect();
  return { glyph: mark.textContent, left, top };
})`;

describe('renderCheckHtml()', () => {
  it('has every check, and the bytes of a failure', () => {
    for (const { name } of REPORT.results) expect(PAGE).toContain(`<code>${name}</code>`);
    expect(PAGE).toContain('<code>00 00 00 05 00 00 00 65</code>');
    expect(PAGE).toContain('left out: without --full');
  });

  it('says what happened when', () => {
    const lines = [...PAGE.matchAll(/<b>([^<]*)<\/b>\s*<span>([^<]*)<\/span>/g)].map(([, time, what]) => [time, what]);
    expect(lines).toEqual([
      ['0 ms', 'client: connects'],
      ['400 µs', 'client: sends 1 byte'],
      ['20 ms', 'server: sends 4096 bytes, within 6 ms'],
      ['1.03 s', 'server: nothing for 1 s'],
      ['1.03 s', 'client: closes'],
    ]);
  });

  it('makes no request, and shows texts of others as text', () => {
    expect([...PAGE.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, url]) => url)).toEqual(['data:,']);
    expect(PAGE).toContain('the &lt;other&gt; client');
    for (const text of ['<script', '<other>', '<nothing>', '\u001B']) expect(PAGE).not.toContain(text);
  });

  it.for([
    ['light', 1280],
    ['dark', 390],
  ] as const)('fits a browser, %s and %i pixels wide', async ([theme, width], { skip }) => {
    await using stack = new AsyncDisposableStack();
    const browser = await launchBrowser();
    if (browser === undefined) return skip(NO_BROWSER);
    stack.defer(() => browser.close());
    const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme: theme });
    const complaints: string[] = [];
    page.on('console', (message) => complaints.push(message.text()));
    await page.goto(`data:text/html;base64,${Buffer.from(PAGE).toString('base64')}`);
    const marks = await page.evaluate<{ glyph: string; left: number; top: number }[]>(MARKS);
    expect(marks.map(({ glyph }) => glyph)).toEqual(['+', '▼', '▲', '?', '×', 'a', 'r', 'r']);
    // Those of the conversation, and those of the server's calls.
    for (const row of [marks.slice(0, 5), marks.slice(5)]) {
      const places = row.map(({ left }) => left);
      expect(places).toEqual(places.toSorted((one, other) => one - other));
    }
    expect(marks[2]!.top).toBeGreaterThan(marks[1]!.top);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
    expect(complaints).toEqual([]);
  });
});

import { describe, expect, it } from 'vitest';
import { parseCommand } from '../servers/server-spec.ts';
import { madeUp, threeRounds } from '../../testing/made-up-comparison.ts';
import { renderHtml } from './report-html.ts';
import { joinResults } from '../joined-results.ts';
import { html, Markup, scriptJson } from './markup.ts';

const COMPARISON = madeUp({
  epoll: { loads: threeRounds({ rate: 9000 }) },
  net: { loads: threeRounds({ rate: 5000 }) },
});

describe('html``', () => {
  it('escapes inserted values, unless they are HTML', () => {
    expect(html`<p title="${'"&"'}">${'<b>'}${new Markup('<i>')}${[1, undefined, html`${"'"}`]}</p>`.text).toBe(
      '<p title="&quot;&amp;&quot;">&lt;b&gt;<i>1&#39;</p>',
    );
  });
});

describe('scriptJson()', () => {
  it('contains nothing that could end a script', () => {
    const { text } = scriptJson({ name: '</script><!--' });
    expect(text).not.toContain('<');
    expect(JSON.parse(text)).toEqual({ name: '</script><!--' });
  });
});

describe('renderHtml()', () => {
  const page = renderHtml(COMPARISON, 'made-up.json');

  it('starts with the findings', () => {
    const sections = [...page.matchAll(/<section id="([\w-]+)"/g)].map(([, id]) => id);
    expect(sections).toEqual(['findings', 'table', 'caveats', 'chart-list', 'metrics', 'method']);
    expect(page).toContain('epoll does the most, 9,000 requests a second, and net the least, 5,000.');
    expect(page).toContain('made-up.json');
  });

  it('does not rank servers of joined results, and names the time and machine of each', () => {
    const startedAt = '2026-11-27T08:00:00.000Z';
    const later = { ...COMPARISON, startedAt, environment: { ...COMPARISON.environment, cpu: 'Abacus 8' } };
    const joined = renderHtml(joinResults(COMPARISON, later), 'made-up.json');
    expect(joined).toContain('before: 2026-11-23 08:00 UTC; after: 2026-11-27 08:00 UTC');
    expect(joined).toMatch(/<dt>machine, before<\/dt>\s+<dd>Abacus 7,/);
    expect(joined).toMatch(/<dt>machine, after<\/dt>\s+<dd>Abacus 8,/);
    expect(joined).toContain('each server is compared with itself');
    expect(page).not.toContain('each server is compared with itself');
    expect(joined).not.toContain('does the most');
  });

  it('makes no request', () => {
    expect(page).toContain('default-src &#39;none&#39;');
    expect([...page.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, url]) => url)).toEqual(['data:,']);
    expect(page).not.toMatch(/@import|url\(/);
  });

  it('shows a name that contains markup as text', () => {
    const [server] = COMPARISON.servers;
    const spec = parseCommand('<script>alert(1)</script> {port}');
    const hostile = renderHtml({ ...COMPARISON, servers: [{ ...server!, spec }, COMPARISON.servers[1]!] }, 'x.json');
    expect(hostile).toContain('&lt;script&gt;alert(1)');
    expect(hostile).not.toContain('<script>alert');
  });
});

import { describe, expect, it } from 'vitest';
import { parseCommand } from '../servers/spec.ts';
import { madeUp, threeRounds } from '../../testing/made-up-comparison.ts';
import { renderHtml } from './html.ts';
import { html, Markup, scriptJson } from './markup.ts';

const COMPARISON = madeUp({
  epoll: { loads: threeRounds({ rate: 9000 }) },
  net: { loads: threeRounds({ rate: 5000 }) },
});

describe('html``', () => {
  it('escapes what is put in, unless it is HTML', () => {
    expect(html`<p title="${'"&"'}">${'<b>'}${new Markup('<i>')}${[1, undefined, html`${"'"}`]}</p>`.text).toBe(
      '<p title="&quot;&amp;&quot;">&lt;b&gt;<i>1&#39;</p>',
    );
  });
});

describe('scriptJson()', () => {
  it('has nothing in it that could end a script', () => {
    const { text } = scriptJson({ name: '</script><!--' });
    expect(text).not.toContain('<');
    expect(JSON.parse(text)).toEqual({ name: '</script><!--' });
  });
});

describe('renderHtml()', () => {
  const page = renderHtml(COMPARISON, 'made-up.json');

  it('says first what differed, and then the rest', () => {
    const sections = [...page.matchAll(/<section id="([\w-]+)"/g)].map(([, id]) => id);
    expect(sections).toEqual(['findings', 'table', 'honesty', 'chart-list', 'figures', 'method']);
    expect(page).toContain('epoll did the most: 9,000 requests a second; net the least: 5,000.');
    expect(page).toContain('made-up.json');
  });

  it('asks nobody for anything', () => {
    expect(page).toContain('default-src &#39;none&#39;');
    expect([...page.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, url]) => url)).toEqual(['data:,']);
    expect(page).not.toMatch(/@import|url\(/);
  });

  it('shows a name that is markup as the text that it is', () => {
    const [server] = COMPARISON.servers;
    const spec = parseCommand('<script>alert(1)</script> {port}');
    const hostile = renderHtml({ ...COMPARISON, servers: [{ ...server!, spec }, COMPARISON.servers[1]!] }, 'x.json');
    expect(hostile).toContain('&lt;script&gt;alert(1)');
    expect(hostile).not.toContain('<script>alert');
  });
});

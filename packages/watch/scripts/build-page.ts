/**
 * Builds the page: one HTML file that holds its script and its style.
 *
 * The same file is sent by a server, opens from disk with a recording inside, and carries a lesson. So it loads nothing,
 * and its content security policy allows nothing but the one script and the one style whose hashes it names.
 */
import { build } from 'esbuild';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const PACKAGE = fileURLToPath(new URL('..', import.meta.url));

const [script, style] = await Promise.all([bundle('main.tsx'), bundle('style/page.css')]);
const policy = [
  "default-src 'none'",
  `script-src ${hashOf(script)}`,
  `style-src ${hashOf(style)}`,
  "connect-src 'self'",
  // The icon, and images that the page saves.
  'img-src data: blob:',
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');
const html = readFileSync(`${PACKAGE}src/page/page.html`, 'utf8');
mkdirSync(`${PACKAGE}dist`, { recursive: true });
writeFileSync(
  `${PACKAGE}dist/page.html`,
  html
    .replace('{policy}', policy)
    .replace('<style></style>', () => `<style>${style}</style>`)
    .replace('<script></script>', () => `<script>${script}</script>`),
);

async function bundle(entry: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [`${PACKAGE}src/page/${entry}`],
    bundle: true,
    write: false,
    minify: true,
    format: 'iife',
    target: ['chrome111', 'firefox115', 'safari16.4'],
    jsx: 'automatic',
    jsxImportSource: 'preact',
    legalComments: 'none',
    charset: 'utf8',
    loader: { '.css': 'css' },
  });
  // The text stands between tags: "</script" or "<!--" in a string would end or change the element.
  return outputFiles[0]!.text.trim().replaceAll('</script', '<\\/script').replaceAll('<!--', '<\\!--');
}

function hashOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findBrokenLinks } from './links.ts';

describe('findBrokenLinks()', () => {
  let root: string;

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'links-'));
    mkdirSync(join(root, 'docs'));
    writeFileSync(join(root, 'README.md'), '# The run\n');
    writeFileSync(join(root, 'a.ts'), '1\n2\n3');
  });

  afterEach(() => {
    rmSync(root, { recursive: true });
  });

  it.each([
    '../README.md',
    '../README.md#the-run',
    '/README.md',
    '#here',
    '../a.ts#L3',
    '../a.ts#L1-L3',
    '..',
    'https://example.org/none',
    'mailto:a@example.org',
  ])('accepts %s', (target) => {
    writeFileSync(join(root, 'docs/x.md'), `# Here\n[a](${target})`);
    expect(findBrokenLinks(root, 'docs/x.md')).toEqual([]);
  });

  it.each([
    ['README.md', 'no such file'],
    ['../README.md#the-walk', 'no such heading'],
    ['#there', 'no such heading'],
    ['../a.ts#L4', 'no such line'],
    ['../a.ts#L1-L4', 'no such line'],
    ['../a.ts#main', 'only Markdown files have headings; #L12 names a line'],
  ])('refuses %s: %s', (target, problem) => {
    writeFileSync(join(root, 'docs/x.md'), `# Here\n[a](${target})`);
    expect(findBrokenLinks(root, 'docs/x.md')).toEqual([`docs/x.md:2: link ${target}: ${problem}`]);
  });
});

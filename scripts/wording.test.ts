import { describe, expect, it } from 'vitest';
import { findPhrases } from './wording.ts';

const found = (text: string): string[] => findPhrases(text).map(({ line, text }) => `${line}: ${text}`);

describe('findPhrases()', () => {
  it('finds phrases with their lines, whatever the case', () => {
    expect(found('So many clients.\n\nThe rest is behind it.')).toEqual(['1: So many', '3: behind it']);
  });

  it.each([
    ['a comment', '/**\n * close it after so\n * long\n */'],
    ['a line comment', '// close\n  // it after so\n  // long'],
    ['a quotation', '> close it\n> after so\n> long'],
  ])('finds a phrase over two lines of %s', (_, text) => {
    expect(found(text).map((finding) => finding.slice(3))).toEqual(['so long']);
  });

  it('ignores longer words', () => {
    expect(found('so longer with its behind items')).toEqual([]);
  });

  it.each(['close who is idle', 'a client who is idle', 'Who is idle is closed.', 'those who wait'])(
    'finds "who" in: %s',
    (text) => {
      expect(found(text)).toHaveLength(1);
    },
  );

  it.each([
    'people who wait',
    'Each field says who writes it.',
    'Who writes it?',
    '@param who - a name',
    'const who = 1',
  ])('accepts: %s', (text) => {
    expect(found(text)).toEqual([]);
  });
});

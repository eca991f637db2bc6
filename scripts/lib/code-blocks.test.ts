import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { refreshCode } from './code-blocks.ts';

const SOURCE = `
export class Loop {
  // #region turn
  turn(): void {
    this.#serve();
  }
  // #endregion

  /** Not copied. */
  #serve(): void {
    return;
  }
}
`;

describe('refreshCode()', () => {
  let root: string;

  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), 'code-'));
    writeFileSync(join(root, 'loop.ts'), SOURCE);
  });

  afterAll(() => {
    rmSync(root, { recursive: true });
  });

  const refresh = (text: string): string => {
    writeFileSync(join(root, 'a.md'), text);
    return refreshCode(root, 'a.md');
  };

  it('copies a region, without its indentation', () => {
    expect(refresh('# A\n\n<!-- code: loop.ts#turn -->\nstale\n<!-- /code -->\n\nend\n')).toBe(
      [
        '# A\n\n<!-- code: loop.ts#turn -->\n\n<!-- prettier-ignore-start -->\n\n[loop.ts](loop.ts)\n\n',
        '```ts\nturn(): void {\n  this.#serve();\n}\n```\n\n<!-- prettier-ignore-end -->\n\n<!-- /code -->\n\nend\n',
      ].join(''),
    );
  });

  it('copies a declaration, without its comment', () => {
    expect(refresh('<!-- code: loop.ts#serve -->\n<!-- /code -->')).toContain(
      '```ts\n#serve(): void {\n  return;\n}\n```',
    );
  });

  it('puts several beside each other', () => {
    const text = refresh('<!-- code: loop.ts#turn | loop.ts#serve -->\n<!-- /code -->');
    expect(text.match(/<td valign="top">\n\n\[loop.ts\]/g)).toHaveLength(2);
  });

  it('leaves current text as it is', () => {
    const current = refresh('<!-- code: loop.ts#turn | loop.ts#serve -->\n<!-- /code -->\n');
    expect(refresh(current)).toBe(current);
  });

  it('leaves a marker in a code block alone', () => {
    const text = '```md\n<!-- code: none.ts#none -->\n<!-- /code -->\n```\n';
    expect(refresh(text)).toBe(text);
  });

  it.each(['loop.ts#none', 'none.ts#turn'])('throws for %s', (source) => {
    expect(() => refresh(`<!-- code: ${source} -->\n<!-- /code -->`)).toThrow(
      `cannot copy code into a.md: need a region or declaration, got ${source}`,
    );
  });
});

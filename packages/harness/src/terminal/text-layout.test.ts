import { describe, expect, it } from 'vitest';
import { joinBlocks, tableLines, wrapWords } from './text-layout.ts';

describe('tableLines()', () => {
  it('aligns columns, and lets a short row end in free text', () => {
    const rows = [
      ['server', 'rate', 'p99'],
      ['select', '1', '20 ms'],
      ['pool:5', 'failed: it did not listen'],
    ];
    expect(tableLines(rows)).toEqual([
      'server  rate    p99',
      'select     1  20 ms',
      'pool:5  failed: it did not listen',
    ]);
  });

  it('aligns as many columns left as told', () => {
    expect(
      tableLines(
        [
          ['1', 'a'],
          ['22', 'bb'],
        ],
        { left: 0 },
      ),
    ).toEqual([' 1   a', '22  bb']);
    expect(
      tableLines(
        [
          ['1', 'a', 'x'],
          ['22', 'bb', 'y'],
        ],
        { left: 2, gap: ' ' },
      ),
    ).toEqual(['1  a  x', '22 bb y']);
  });

  it('cuts the first column to the width', () => {
    expect(
      tableLines(
        [
          ['name', '1'],
          ['a long name', '22'],
        ],
        { width: 8 },
      ),
    ).toEqual(['name   1', 'a l…  22']);
  });

  it('is empty without rows', () => {
    expect(tableLines([])).toEqual([]);
  });
});

describe('wrapWords()', () => {
  it('indents what follows the first line', () => {
    expect(wrapWords('one two three four', '- ', 10)).toEqual(['- one two', '  three', '  four']);
    expect(wrapWords('unbreakable', '', 5)).toEqual(['unbreakable']);
  });
});

describe('joinBlocks()', () => {
  it('leaves an empty line between blocks, and empty blocks out', () => {
    expect(joinBlocks([['a', 'b'], [], ['c']])).toBe('a\nb\n\nc\n');
  });
});

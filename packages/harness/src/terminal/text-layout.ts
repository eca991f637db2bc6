/** Tables and paragraphs in columns of characters. */

export interface TableOptions {
  /** Number of leading columns that are aligned left. Default: 1. */
  readonly left?: number;
  /** Text between two columns. Default: two spaces. */
  readonly gap?: string;
  /** The table's width: a longer first column is cut with `…`. Default: no limit. */
  readonly width?: number;
}

/**
 * Aligns rows in columns.
 *
 * @param rows - cells; the last cell of a row that is shorter than the first row is free text, which may reach further
 * @returns lines, without line ends
 */
export function tableLines(
  rows: readonly (readonly string[])[],
  { left = 1, gap = '  ', width = Infinity }: TableOptions = {},
): string[] {
  const columns = rows[0]?.length ?? 0;
  const isFree = (row: readonly string[], column: number): boolean => row.length < columns && column === row.length - 1;
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(...rows.map((row) => (isFree(row, column) ? 0 : (row[column]?.length ?? 0)))),
  );
  const others = widths.slice(1).reduce((sum, other) => sum + gap.length + other, 0);
  widths[0] = Math.min(widths[0] ?? 0, width - others);
  return rows.map((row) =>
    row
      .map((cell, column) => {
        const wide = widths[column]!;
        if (isFree(row, column)) return cell;
        if (column >= left) return cell.padStart(wide);
        return cell.length > wide ? `${cell.slice(0, wide - 1)}…` : cell.padEnd(wide);
      })
      .join(gap)
      .trimEnd(),
  );
}

/** Breaks a paragraph into lines; the first begins with `lead`, the others with as many spaces. */
export function wrapWords(words: string, lead = '', width = 80): string[] {
  const lines: string[] = [];
  let line = lead;
  let isFirst = true;
  for (const word of words.split(' ')) {
    if (!isFirst && line.length + 1 + word.length > width) {
      lines.push(line);
      line = ' '.repeat(lead.length) + word;
    } else line += isFirst ? word : ` ${word}`;
    isFirst = false;
  }
  return [...lines, line];
}

/** Joins blocks of lines with an empty line between two; empty blocks are left out. */
export function joinBlocks(blocks: readonly (readonly string[])[]): string {
  return blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => `${lines.join('\n')}\n`)
    .join('\n');
}

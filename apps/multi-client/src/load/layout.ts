/** Where things stand in a report of 80 columns. */

const LABEL_COLUMNS = 12;
const CELL_COLUMNS = 10;

/** A heading, padded so that what follows begins in the same column everywhere. */
export function label(text: string): string {
  return text.padEnd(LABEL_COLUMNS);
}

/** A number in a list, right-aligned. */
export function cell(text: string): string {
  return text.padStart(CELL_COLUMNS);
}

/** A line of a table: a heading and cells. */
export function row(heading: string, cells: readonly string[]): string {
  return label(heading) + cells.map(cell).join('');
}

/** Blocks of lines, an empty line between two; empty blocks are left out. */
export function joinBlocks(blocks: readonly (readonly string[])[]): string {
  return blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => `${lines.join('\n')}\n`)
    .join('\n');
}

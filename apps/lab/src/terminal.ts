/** Back to the first column, and erase the line (ECMA-48: CR, EL). */
export const ERASE_LINE = '\r\u001B[K';

/** Columns of a line that is written anew: one less than a terminal has at least, so that it never wraps. */
export const LINE_WIDTH = 79;

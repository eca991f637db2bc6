/** What command-line programs share: exit codes, option parsers, the live line, text layout and formats of numbers. */
export * from './console.ts';
export * from './live-line.ts';
export * from './number-format.ts';
export * from './option-parsers.ts';
export * from './program.ts';
export * from './text-layout.ts';

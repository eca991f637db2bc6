/** What command-line programs share: exit codes, option parsers, the live line, text layout and formats of numbers. */
export { type Console, isColoured, isTerminal, type Outlet } from './console.ts';
export { EXIT_FAILED, EXIT_INTERRUPTED, EXIT_OK, EXIT_USAGE } from './exit-codes.ts';
export { ERASE_LINE, LiveLine, type LiveLineOptions } from './live-line.ts';
export {
  formatBytes,
  formatCount,
  formatDigits,
  formatDuration,
  formatEstimate,
  formatLatency,
  formatNumber,
  formatSeconds,
  formatShare,
  formatTimes,
  joinNames,
} from './number-format.ts';
export {
  type Address,
  decimalNumber,
  hostAndPort,
  hostName,
  listeningPort,
  listOf,
  percentage,
  port,
  toOptionParser,
  repeated,
  seconds,
  secondsOrZero,
  secondsUpTo,
  wholeNumber,
} from './option-parsers.ts';
export { createProgram, main, type ProgramOptions, reportError, runProgram } from './program.ts';
export { joinBlocks, tableLines, type TableOptions, wrapWords } from './text-layout.ts';
export { UsageError } from './usage-error.ts';

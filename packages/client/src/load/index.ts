export { ConnectError } from '../errors.ts';
export { Histogram, mergeHistograms } from './histogram.ts';
export { runLoad } from './run-load.ts';
export type * from './types.ts';
export { ERROR_KINDS, LATENCY_PARTS } from './types.ts';

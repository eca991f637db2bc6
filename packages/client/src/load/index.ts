export { ConnectError } from '../errors.ts';
export { errorCount, holds, measure, parseCondition, type Condition, type Metric, type Operator } from './condition.ts';
export { findMaxRate, type FindMaxRateOptions, type MaxRate, type Trial } from './find-max-rate.ts';
export { Histogram, mergeHistograms } from './histogram.ts';
export { kneeOf, RateSearch, type CurvePoint, type RateSearchOptions } from './rate-search.ts';
export { checkPlan } from './plan.ts';
export { runLoad } from './run-load.ts';
export type * from './types.ts';
export { ERROR_KINDS, LATENCY_PARTS } from './types.ts';

/** What a server must do: all cases, from the ones that the others rest on to the ones that may break a server. */
import type { ConformanceCase } from './case.ts';
import { CONCURRENCY_CASES } from './cases/concurrency-cases.ts';
import { CONVERSATION_CASES } from './cases/conversation-cases.ts';
import { INTERVAL_CASES } from './cases/interval-cases.ts';
import { LARGE_CASES } from './cases/large-cases.ts';
import { LIMIT_CASES } from './cases/limit-cases.ts';
import { STREAM_CASES } from './cases/stream-cases.ts';
import { LARGE_ZOO_CASES, ZOO_CASES } from './cases/zoo-cases.ts';

/** All cases; each needs only cases before it. */
export const CONFORMANCE_CASES: readonly ConformanceCase[] = [
  ...CONVERSATION_CASES,
  ...INTERVAL_CASES,
  ...STREAM_CASES,
  ...CONCURRENCY_CASES,
  ...ZOO_CASES,
  ...LIMIT_CASES,
  ...LARGE_CASES,
  ...LARGE_ZOO_CASES,
];

/**
 * What every server architecture shares: the session contract, time limits, lifecycle and tallies.
 *
 * @packageDocumentation
 */
export { Connection, type ConnectionContext } from './connection.ts';
export { CUT, Control, DRAIN, type Order, RUN } from './control.ts';
export {
  type Architecture,
  DEFAULT_BACKLOG,
  DEFAULT_DRAIN_TIMEOUT_MS,
  MAX_BACKLOG,
  Server,
  type ServerOptions,
  type ThreadSpecification,
  checkServerOptions,
} from './server.ts';
export { type ClientReport, ServerThread, type ThreadData, type ThreadMessage } from './server-thread.ts';
export { exhaustedNotice } from './exhausted-notice.ts';
export { Places } from './places.ts';
export { ReceiveBuffer } from './receive-buffer.ts';
export {
  type Phase,
  type ServerRefusal,
  type Session,
  type SessionModule,
  type SessionReport,
  type SessionSource,
  type Verb,
  loadSessionFactory,
} from './session.ts';
export { CONNECTION_COUNTERS, Tally } from './tally.ts';
export { DEFAULT_TIME_LIMITS, type TimeLimits, completeLimits, timeLimitMs } from './time-limits.ts';

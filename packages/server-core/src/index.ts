/**
 * Shared by all server architectures: connections, time limits, connection limit, lifecycle and tallies.
 *
 * @packageDocumentation
 */
export { ByteBuffer } from './byte-buffer.ts';
export { type Arrival, Connection, type ConnectionContext, type Transport } from './connection.ts';
export { CUT, Control, DRAIN, type Order, RUN } from './control.ts';
export { Deadlines, Waiter } from './deadlines.ts';
export { exhaustedNotice } from './exhausted-notice.ts';
export { type PhaseLimits, phaseLimits } from './phase-limits.ts';
export {
  type Architecture,
  DEFAULT_BACKLOG,
  DEFAULT_DRAIN_TIMEOUT_MS,
  MAX_BACKLOG,
  Server,
  type ServerOptions,
  type ThreadSpecification,
  checkInteger,
  checkServerOptions,
} from './server.ts';
export {
  type ClientReport,
  LONG_QUEUED_MS,
  type NoticeLevel,
  ServerThread,
  type ThreadData,
  type ThreadMessage,
} from './server-thread.ts';
export { SocketConnection, type SocketConnectionContext } from './socket-connection.ts';
export { CONNECTION_COUNTERS, Tally } from './tally.ts';

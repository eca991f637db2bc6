/** Shared by all server architectures: connections, time limits, connection limit, lifecycle and tallies. */
export { ADDRESS_FULL, UNCOUNTED } from './address-limit.ts';
export * from './architecture.ts';
export * from './byte-buffer.ts';
export * from './connection.ts';
export * from './control.ts';
export { Deadlines, Waiter, type Waiting } from './deadlines.ts';
export { acceptNotice } from './accept-notice.ts';
export { Gate, type GateMode, type GatePlace, type GateStep, type HeldThread } from './gate.ts';
export {
  HISTOGRAM_BOUNDS,
  type HistogramName,
  type HistogramReading,
  type MeterReading,
  type ThreadState,
} from './meter.ts';
export * from './phase-limits.ts';
export { RefusedClients } from './refused-clients.ts';
export * from './server.ts';
export * from './server-options.ts';
export * from './server-thread.ts';
export { shareListener } from './shared-listener.ts';
export { type ArchitectureInfo, ServerTrace } from './server-trace.ts';
export * from './socket-connection.ts';
export { CONNECTION_COUNTERS, Tally } from './tally.ts';
export { ThreadError, type ThreadLack } from './thread-error.ts';
export { type ReadySockets, ThreadTrace, type TracedClient } from './thread-trace.ts';

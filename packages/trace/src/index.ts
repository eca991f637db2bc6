/**
 * What a concurrent server does, as events: a ring in shared memory, the fold to a state, and recordings.
 *
 * Everything here runs in browsers too.
 *
 * @packageDocumentation
 */
export {
  CALLS,
  CALL_CODES,
  type CallName,
  EVENT_BYTES,
  EVENT_WORDS,
  EVENTS,
  type EventField,
  type EventKind,
  type EventName,
  GATE_MODES,
  GATE_PASSAGES,
  INTERESTS,
  KINDS,
  MAIN_THREAD,
  NO_SLOT,
  ORDERS,
  REFUSALS,
  type SlotMeaning,
  THREAD_ROLES,
  type TraceEvent,
  TURN_FLAGS,
  WOULD_BLOCK,
  codeOf,
  eventName,
  eventTable,
} from './events.ts';
export {
  ACTS,
  type CallState,
  type Cell,
  type ClientState,
  type Column,
  type Interest,
  MAX_CELLS,
  MAX_COLUMNS,
  MAX_GONE,
  type Mismatch,
  type PhaseInfo,
  type Place,
  type RecordingHeader,
  type ServerInfo,
  type ServerOptionValues,
  type Stage,
  type State,
  type ThreadInfo,
  type ThreadRole,
  type ThreadState,
  type Totals,
  type Waiting,
  type WaitingKind,
  type WaitingReason,
  answerBytes,
  clientName,
} from './state.ts';
export { type EventBatch, actCount, decodeEvents, encodeEvents, eventCount, wholeTimeUs } from './batch.ts';
export { type ChromeEvent, type ChromeTrace, chromeTrace } from './chrome-trace.ts';
export { fold } from './fold.ts';
export { initialState } from './initial-state.ts';
export { BATCH, MIN_CAPACITY, type RingRead, RingReader, RingWriter, allocateRing } from './ring.ts';
export { type ThreadRing, TraceReader } from './trace-reader.ts';
export { LONG_READY_US, type WaitingCount, clientNames, countWaiting, stuckInBacklog, waitingOf } from './waiting.ts';
export {
  type Frame,
  FrameCutter,
  MAGIC,
  type RecordingPart,
  compressFrame,
  decodeFrame,
  decodeFrames,
  decodePayload,
  eventsFrame,
  headerFrame,
  keyframe,
  readRecording,
  stateOf,
} from './frames.ts';
export { type PackedColumn, type PackedState, copyState, packState, unpackState } from './keyframe.ts';
export { DEFAULT_DETAIL_BYTES, Recording, type RecordingOptions } from './recording.ts';
export { openRecording } from './open-recording.ts';
export { recordingTail } from './recording-tail.ts';
export { Recorder, type RecorderOptions } from './recorder.ts';

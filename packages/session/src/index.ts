/** The contract between a conversation and the server that drives it. */
export { LINE_CONVERSATION, lineSessions } from './line-session.ts';
export {
  loadSessions,
  type SessionModule,
  type Sessions,
  type SessionSource,
  type WriteNote,
} from './session-module.ts';
export type * from './session.ts';

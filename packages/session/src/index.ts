/**
 * The contract between a conversation and the server that drives it.
 *
 * @packageDocumentation
 */
export type { Conversation, PhaseDeclaration, PhaseKind } from './conversation.ts';
export { loadSessions, type SessionModule, type Sessions, type SessionSource } from './session-module.ts';
export type { CloseCause, Next, ServerRefusal, Session, SessionReport, Verb } from './session.ts';

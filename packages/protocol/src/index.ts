export type { Answer } from './answer.ts';
export * from './client-session.ts';
export type { ClientVerb } from './client-states.ts';
export * from './errors.ts';
export * from './outcomes.ts';
export { NOTES, PRIME_CONVERSATION, type ServerPhase } from './prime-conversation.ts';
export * from './server-session.ts';
export type { ServerState } from './server-states.ts';
export * from './wire.ts';

/**
 * What a session module declares about its conversation: the outcomes that a server counts, and the phases that it limits
 * in time. The server needs to know nothing else about the conversation.
 */
import type { SessionReport } from './session.ts';

/**
 * How the time limit of a phase works.
 *
 * - `idle`: limits the wait for the first byte of the next exchange; no exchange is in progress
 * - `whole`: limits the phase as a whole; bytes that arrive don't extend it
 * - `progress`: starts again whenever the peer takes bytes
 */
export type PhaseKind = 'idle' | 'whole' | 'progress';

/** One phase of a conversation. */
export interface PhaseDeclaration {
  /** How its time limit works. */
  readonly kind: PhaseKind;
  /** The default time limit, in milliseconds. */
  readonly timeoutMs: number;
}

/** What a module declares about its sessions. */
export interface Conversation<Report extends SessionReport = SessionReport, Phase extends string = string> {
  /** Every outcome that a report can have. */
  readonly outcomes: readonly Report['outcome'][];
  /** Every phase that a session can be in. */
  readonly phases: Readonly<Record<Phase, PhaseDeclaration>>;
}

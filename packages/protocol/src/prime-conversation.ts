/** What a server needs to know about the conversation: its outcomes, and its phases with their time limits. */
import type { Conversation } from '@concurrent-primes/session';

import { type ExchangeReport, OUTCOMES } from './outcomes.ts';

/**
 * The phases of the conversation.
 *
 * - `idle`: before the first byte of a request
 * - `request`: before the last byte of a request
 * - `answer`: while N is computed and the answer is sent
 * - `sum`: after the answer, before the last byte of the sum
 * - `farewell`: after a refusal, until the client leaves; the server discards what the client sends. A driver may end its
 *   own sending (`shutdown(2)`) when `receive` is due in this phase, for clients that wait for the end
 */
export type ServerPhase = 'idle' | 'request' | 'answer' | 'sum' | 'farewell';

/** Indexes of the notes: see `Conversation.notes`. */
export const NOTES = { asked: 0, counted: 1, refused: 2, sum: 3 } as const;

/** Outcomes, phases and notes of the server's side. */
export const PRIME_CONVERSATION: Conversation<ExchangeReport, ServerPhase> = {
  outcomes: OUTCOMES,
  phases: {
    // Long enough for a person at a keyboard; a forgotten connection is closed within a minute.
    // A client that connects means to ask: its first request must begin within the time in which any must be complete.
    idle: { kind: 'idle', timeoutMs: 60_000, firstTimeoutMs: 20_000 },
    // Eight bytes at one byte per second take seven seconds; a client that needs three times as long is stuck.
    request: { kind: 'whole', timeoutMs: 20_000 },
    // Detects a dead network path, and spans several TCP retransmissions (1 + 2 + 4 + 8 seconds).
    answer: { kind: 'progress', timeoutMs: 30_000 },
    // A client adds while it reads, so its sum is ready after the last prime.
    sum: { kind: 'whole', timeoutMs: 10_000 },
    // A client that reads gets the refusal within a round trip.
    farewell: { kind: 'whole', timeoutMs: 2_000 },
  },
  notes: Object.keys(NOTES),
};

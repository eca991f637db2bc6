/** What a server needs to know of the prime service's conversation: its outcomes, and its phases with time limits. */
import type { Conversation } from '@concurrent-primes/session';

import { type ExchangeReport, OUTCOMES } from './outcomes.ts';

/**
 * The phases of the conversation.
 *
 * - `idle`: before the first byte of a request
 * - `request`: before the last byte of a request
 * - `answer`: while N is computed, and while the answer goes out
 * - `sum`: after the answer, before the last byte of the sum
 * - `farewell`: after a refusal, until the client leaves; the server discards what it still sends. A driver may end its
 *   own sending (`shutdown(2)`) when `receive` is due in this phase, so that a client that waits for the end sees it
 */
export type ServerPhase = 'idle' | 'request' | 'answer' | 'sum' | 'farewell';

/** Outcomes and phases of the server's side. */
export const PRIME_CONVERSATION: Conversation<ExchangeReport, ServerPhase> = {
  outcomes: OUTCOMES,
  phases: {
    // A person at a keyboard may think before the next request; a forgotten connection ends within a minute.
    idle: { kind: 'idle', timeoutMs: 60_000 },
    // Eight bytes at one byte a second take seven seconds; three times that is not a slow client but a stuck one.
    request: { kind: 'whole', timeoutMs: 20_000 },
    // Detects a dead network path, and spans several TCP retransmissions (1 + 2 + 4 + 8 seconds).
    answer: { kind: 'progress', timeoutMs: 30_000 },
    // A client adds while it reads, so its sum is ready with the last prime.
    sum: { kind: 'whole', timeoutMs: 10_000 },
    // A client that reads at all has the refusal within a round trip.
    farewell: { kind: 'whole', timeoutMs: 2_000 },
  },
};

/**
 * Refused clients that keep their connection until they have read the refusal, or for the time of the phase `farewell`.
 *
 * Each has a descriptor, and the connection limit doesn't count it. So their number is bounded: further clients are refused
 * without waiting.
 */

/** The most refused clients of one thread that are waited for. */
export const MOST_REFUSED = 64;

/** The refused clients of one thread. */
export class RefusedClients {
  #count = 0;

  /** Counts a refused client; returns false if it must not be waited for. */
  enter(): boolean {
    if (this.#count >= MOST_REFUSED) return false;
    this.#count += 1;
    return true;
  }

  /** Removes a client that {@link RefusedClients.enter} has counted. */
  leave(): void {
    this.#count -= 1;
  }
}

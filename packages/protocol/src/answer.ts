/** What the server's session needs of whatever knows the primes. */

/** The answer to one interval, produced in bounded steps. */
export interface Answer {
  /** N; undefined until enough {@link work} is done. */
  readonly count: number | undefined;

  /** Does one bounded slice of computing towards `count`. */
  work(): void;

  /**
   * Writes the bytes that follow the cursor: int32, big-endian, ascending. Computes at most one bounded step.
   *
   * @param target - memory to write to, at least 1 byte; it may end inside a prime
   * @returns how many bytes were written; 0 if the step was used up by computing: call again
   */
  fill(target: Uint8Array): number;

  /**
   * Moves the cursor past bytes that the wire took.
   *
   * @param bytes - how many of the bytes last filled; the cursor can end inside a prime
   */
  advance(bytes: number): void;

  /** The sum of the primes that the cursor has passed: the sum of the answer once all 4N bytes were advanced. */
  readonly sum: bigint;
}

/** The answer to one interval, computed in bounded steps. */
export interface Answer {
  /** N; undefined until {@link work} was called often enough. */
  readonly count: number | undefined;

  /** Does one bounded slice of computing towards `count`. */
  work(): void;

  /**
   * Writes the bytes after the cursor: int32, big-endian, ascending. Computes at most one bounded step.
   *
   * @param target - memory to write to, at least 1 byte; it may end inside a prime
   * @returns the number of bytes written; 0 if the step was used for computing: call again
   */
  fill(target: Uint8Array): number;

  /**
   * Moves the cursor.
   *
   * @param bytes - number of the bytes written by {@link fill} that the kernel took; the cursor may end inside a prime
   */
  advance(bytes: number): void;

  /** Sum of the primes before the cursor: the sum of the answer after all 4N bytes. */
  readonly sum: bigint;
}

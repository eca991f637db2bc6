/** What compares answers with the right ones: a module that each thread of a run imports. */

/** Names the module that makes the verifiers of a run. */
export interface VerifierModule {
  /** URL of a module that exports `createVerifier`, a {@link CreateVerifier}. */
  readonly module: string;
  /** Argument of `createVerifier`; anything that can be posted to a thread. */
  readonly options: unknown;
}

/** Makes the verifier of one thread. */
export type CreateVerifier = (options: unknown) => AnswerVerifier | Promise<AnswerVerifier>;

/** Knows the right answers. */
export interface AnswerVerifier {
  /**
   * Begins to compare an answer; many are compared at the same time.
   *
   * @param a - lower bound, int32
   * @param b - upper bound, int32
   */
  begin(a: number, b: number): ExpectedAnswer;
}

/** A right answer, as a cursor. */
export interface ExpectedAnswer {
  /** N. */
  readonly count: number;
  /**
   * Compares the next bytes of step 3 and advances. If all of them match, so does the client's sum.
   *
   * @param bytes - big-endian int32, cut anywhere; valid during the call
   * @returns whether they match; false also for bytes beyond the last prime
   */
  matches(bytes: Uint8Array): boolean;
}

/**
 * Imports a verifier's module and makes the verifier of this thread.
 *
 * @throws TypeError if the module does not export `createVerifier`; the error of the import
 */
export async function loadVerifier({ module, options }: VerifierModule): Promise<AnswerVerifier> {
  const { createVerifier } = (await import(module)) as { createVerifier?: CreateVerifier };
  if (createVerifier === undefined) {
    throw new TypeError(`cannot load the verifier ${module}: it must export createVerifier, got none`);
  }
  return createVerifier(options);
}

/** What a rule about wrong answers sees and says. */
import type { AnswerEvidence } from '@concurrent-primes/conformance';
import type { Diagnosis } from '../check-failure.ts';

/** Evidence, with the integers in it. */
export interface ReadEvidence extends AnswerEvidence {
  /** The first integer; undefined when not even that came. */
  readonly count: number | undefined;
  /** The whole integers after it. */
  readonly numbers: readonly number[];
}

/** Recognizes one mistake by its mark. */
export type Rule = (evidence: ReadEvidence) => Diagnosis | undefined;

import type { Console } from '@concurrent-primes/harness/terminal';

/** What a subcommand has of its process, and how it sets the exit code. */
export interface LabConsole extends Console {
  /** Sets the exit code of the program, which is 0 otherwise. */
  readonly finish: (exitCode: number) => void;
}

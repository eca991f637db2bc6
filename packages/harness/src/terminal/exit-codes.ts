/** Exit codes of all programs. */

/** The program did what it was asked for. */
export const EXIT_OK = 0;
/** It ran, and something failed. */
export const EXIT_FAILED = 1;
/** It could not run: the command line makes no sense, or something that it needs is missing. */
export const EXIT_USAGE = 2;
/** The user interrupted it: 128 + the number of SIGINT, as in a shell. */
export const EXIT_INTERRUPTED = 130;

/** What the exit codes of all subcommands mean. */

/** All is well. */
export const EXIT_GOOD = 0;
/** It ran, and something failed. */
export const EXIT_FAILED = 1;
/** It could not run: the command line makes no sense, or no server is there. */
export const EXIT_USAGE = 2;
/** The user interrupted: 128 and the number of SIGINT, as a shell has it. */
export const EXIT_INTERRUPTED = 130;

/** What the program's exit code says. */

/** All clients were served; under load: it could be measured, and no threshold was crossed. */
export const EXIT_SERVED = 0;
/** Some client was not served; under load: nobody was, an answer was wrong, or no rate holds the goal. */
export const EXIT_FAILED = 1;
/** The command line makes no sense. */
export const EXIT_USAGE = 2;
/** Under load: a threshold of `--fail-if` was crossed. */
export const EXIT_THRESHOLD = 3;
/** The user interrupted: 128 and the number of SIGINT, as a shell has it. */
export const EXIT_INTERRUPTED = 130;

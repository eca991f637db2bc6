/** What a program has of its process, so that a test can be the process. */
import type { Writable } from 'node:stream';

/** A stream to the user: a terminal, or a file or pipe. */
export type Outlet = Writable & { readonly isTTY?: boolean };

/** What the program has of its process. */
export interface Surroundings {
  /** Results. */
  readonly stdout: Outlet;
  /** Everything else. */
  readonly stderr: Outlet;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborts when the user interrupts. */
  readonly interrupt: AbortSignal;
}

/** What a subcommand has: the same, and a way to say how it ended. */
export interface CommandSurroundings extends Surroundings {
  /**
   * Says with which exit code the program is to end, when the subcommand's action is over.
   *
   * @param exitCode - 0 if it is never called
   */
  readonly finish: (exitCode: number) => void;
}

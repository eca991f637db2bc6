/** What a program has of its process, so that a test can replace the process. */
import type { Writable } from 'node:stream';

/** A stream to the user: a terminal, a file or a pipe. */
export type Outlet = Writable & { readonly isTTY?: boolean | undefined };

export interface Console {
  /** Results. */
  readonly stdout: Outlet;
  /** Everything else. */
  readonly stderr: Outlet;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborts when the user interrupts. */
  readonly interrupt: AbortSignal;
}

/** Whether a line on an outlet can be rewritten. */
export function isTerminal(outlet: Outlet, env: Console['env'] = {}): boolean {
  return outlet.isTTY === true && env['TERM'] !== 'dumb';
}

/** Whether to colour text on an outlet: a terminal, unless NO_COLOR is set (https://no-color.org). */
export function isColoured(outlet: Outlet, env: Console['env']): boolean {
  return isTerminal(outlet, env) && (env['NO_COLOR'] ?? '') === '';
}

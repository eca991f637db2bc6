/**
 * A script: what a misbehaving client does, one step after the other, without I/O.
 *
 * It is a generator. Each step that it yields is something to do on one connection; a driver with a connection of any
 * kind does it and asks for the next. So one description of a misbehaviour serves tests on `node:net`, a load generator
 * on system calls, and an array in memory. A driver of a script:
 *
 *     connects; then, until the script is done, performs the step and calls next() with what it received;
 *     at last closes the connection, if the last step was no reset.
 *
 * Only `receive` has something to answer; to all other steps the driver answers with {@link NOTHING}. A script may
 * throw: the server did not do its part, and the driver closes the connection.
 */

/** One thing to do on a connection. */
export type Step =
  /** Send all of these bytes, in one `send` if possible; they are valid until the next step. */
  | { readonly do: 'send'; readonly bytes: Uint8Array }
  /** Wait for bytes and answer with at most this number; the others stay in the kernel. None: the server has ended. */
  | { readonly do: 'receive'; readonly maxBytes: number }
  /** Receive and discard until the server has ended, in order or not. */
  | { readonly do: 'drain' }
  /** Do nothing for a while. */
  | { readonly do: 'pause'; readonly pauseMs: number }
  /** Do nothing, not even receive, until somebody lets it go. */
  | { readonly do: 'hold' }
  /** End the own sending (FIN); the server may go on. `shutdown(2)` with SHUT_WR */
  | { readonly do: 'end' }
  /** Break the connection off (RST); the last step. `close(2)` after SO_LINGER with 0 */
  | { readonly do: 'reset' };

/** What a driver answers to a step that receives nothing, and to a `receive` after the server's end. */
export const NOTHING: Uint8Array = new Uint8Array(0);

/** Steps, and the bytes that answer them. The bytes are valid until the driver is asked for the next. */
export type Script<Result = void> = Generator<Step, Result, Uint8Array>;

/** What a script can be told. */
export interface ScriptOptions {
  /** What it asks for, if it gets so far; without it each script asks for what shows its misbehaviour best. */
  readonly interval?: readonly [a: number, b: number] | undefined;
  /** Slow clients: the pause between two of their steps, in milliseconds. Default: 50. */
  readonly pauseMs?: number | undefined;
  /** The server greets with one byte. Default: false. */
  readonly greeting?: boolean | undefined;
}

/** Sends bytes one by one, with a pause between two. */
export function* sendSlowly(bytes: Uint8Array, pauseMs: number): Script {
  for (let i = 0; i < bytes.length; i++) {
    if (i > 0) yield { do: 'pause', pauseMs };
    yield { do: 'send', bytes: bytes.subarray(i, i + 1) };
  }
}

/** Ends the own sending and receives until the server has ended too. */
export function* leave(): Script {
  yield { do: 'end' };
  yield { do: 'drain' };
}

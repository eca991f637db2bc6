/** Why a server thread could not be started, or ended: the system or the thread's memory limit, not the code that it runs. */

/** The errors of Node that say that the system allows no further thread: they have several types, but one of these texts. */
const NO_THREAD = /\bEAGAIN\b/;

/** What a thread lacked: the system allowed no further thread, or its JavaScript had too little memory. */
export type ThreadLack = 'thread' | 'memory';

/** A server can't run because a thread lacks something. */
export class ThreadError extends Error {
  override readonly name = 'ThreadError';
  readonly lack: ThreadLack;

  /** @param cause - the error of Node */
  constructor(lack: ThreadLack, message: string, cause: unknown) {
    super(message, { cause });
    this.lack = lack;
  }
}

/**
 * Returns the error of a server whose thread has failed.
 *
 * @param name - name of the thread
 * @param error - what the thread threw, or what Node says of it
 * @param isStarting - whether the thread has not run yet
 */
export function threadFailure(name: string, error: unknown, isStarting: boolean): Error {
  if (!(error instanceof Error)) return new Error(`cannot serve: thread ${name} threw ${String(error)}`);
  if (isStarting && NO_THREAD.test(error.message)) {
    return new ThreadError(
      'thread',
      `cannot start thread ${name}: the system must allow it, got ${error.message}`,
      error,
    );
  }
  if ((error as NodeJS.ErrnoException).code === 'ERR_WORKER_OUT_OF_MEMORY') {
    const text = `cannot serve: thread ${name} must fit into its memory limit, got ${error.message}`;
    return new ThreadError('memory', text, error);
  }
  return error;
}

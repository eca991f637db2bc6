/**
 * How a server thread gets its sessions: it loads a module by its URL, so that servers don't depend on a conversation.
 *
 * The main thread describes the module as plain data, a {@link SessionSource}, and sends it to the threads.
 */
import type { Conversation, Session, SessionReport } from './session.ts';

/** Opens the sessions of a thread. */
export interface Sessions<Report extends SessionReport = SessionReport, Phase extends string = string> {
  /** Opens the session of a new connection. */
  open(): Session<Report, Phase>;
  /**
   * Returns memory that the driver should send from, so that sessions write their bytes without a copy. All sessions of
   * the thread share it. Without this method the driver allocates memory.
   */
  sendMemory?(bytes: number): Uint8Array;
}

/**
 * Writes a note about the session whose verb is being performed: what is otherwise only visible in its bytes.
 *
 * @param note - index in `Conversation.notes`
 * @param first - an int32
 * @param second - an int32; 0 if the note has one number
 */
export type WriteNote = (note: number, first: number, second: number) => void;

/** The exports of a session module. */
export interface SessionModule {
  /**
   * Called once in each thread of a server.
   *
   * @param options - the options of the {@link SessionSource}
   * @param write - writes notes; undefined if nobody can read them
   */
  createSessions(options: unknown, write?: WriteNote): Sessions;
}

/** Describes the sessions that the threads of a server open. */
export interface SessionSource<
  Report extends SessionReport = SessionReport,
  Phase extends string = string,
> extends Conversation<Report, Phase> {
  /** URL of a module with the exports of {@link SessionModule}. */
  readonly module: string;
  /** Argument of `createSessions`; it must survive a structured clone. */
  readonly options?: unknown;
}

/**
 * Loads a session module in the thread that runs its sessions.
 *
 * @param write - writes notes of its sessions; undefined if nobody can read them
 * @throws TypeError if the module doesn't export `createSessions`; whatever the module throws
 */
export async function loadSessions(source: SessionSource, write?: WriteNote): Promise<Sessions> {
  const module = (await import(source.module)) as Partial<SessionModule>;
  if (typeof module.createSessions !== 'function') {
    throw new TypeError(`cannot load sessions: the module must export createSessions(), got ${source.module}`);
  }
  return module.createSessions(source.options, write);
}

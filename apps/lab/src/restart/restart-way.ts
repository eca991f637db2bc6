/** What `lab restart` knows of a way to restart a server. */

/** One way to restart a server while it is asked. */
export interface RestartWay {
  /** What happens, for the table. */
  readonly title: string;
  /** Whether no request may fail. */
  readonly isLossless: boolean;
  /** Why this way can't be tried on this machine; undefined if it can. */
  missing?(): Promise<string | undefined>;
  /**
   * Starts what is restarted later.
   *
   * @param serverArgs - arguments of the `server` command, without the port
   */
  start(serverArgs: readonly string[]): Promise<RestartableService>;
}

/** A server, or several, that clients reach at one port. Disposing of it ends everything. */
export interface RestartableService extends AsyncDisposable {
  readonly port: number;
  /** Replaces each server by a new one; resolves when the old ones have ended, and the new ones serve. */
  restart(): Promise<void>;
}

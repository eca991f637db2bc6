/**
 * The signals that stop a server: the first one drains it, a second one ends it at once.
 *
 * A terminal or a supervisor often signals a whole process group: the server, and also its parents (a launcher, a package
 * manager), which pass the signal on. So the server may receive one request several times, some milliseconds apart, and a
 * signal doesn't tell its sender. Only the time distinguishes an echo from a second request.
 */

const STOP_SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/**
 * How long after the first signal others count as its echoes, in milliseconds: longer than a busy machine takes to pass a
 * signal on, shorter than a person waits before pressing Ctrl-C again.
 */
export const ECHO_MS = 500;

/**
 * Resolves with the name of the first signal. Its echoes are ignored; after {@link ECHO_MS} signals have their default
 * effect and end the process. (`process.exit()` would wait for the threads, which may be blocked.)
 */
export async function firstStopSignal(): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  for (const name of STOP_SIGNALS) process.on(name, resolve);
  const signal = await promise;
  const ignoreNoMore = (): void => {
    for (const name of STOP_SIGNALS) process.off(name, resolve);
  };
  setTimeout(ignoreNoMore, ECHO_MS).unref();
  return signal;
}

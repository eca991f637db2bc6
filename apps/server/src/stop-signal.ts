/**
 * The signals that stop a server: the first drains it, a second one ends it at once.
 *
 * Whoever stops a process group (a terminal, a supervisor) signals the server and also those who have started it (a
 * launcher, a package manager), and each of them passes on what it gets. So the server may hear the one wish several
 * times, some milliseconds apart, and nothing in a signal tells who has sent it. Only time tells an echo from a second
 * wish.
 */

const STOP_SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/**
 * How long after the first signal another one counts as its echo, in milliseconds: longer than a busy machine takes to
 * pass a signal on, shorter than a person takes to lose patience. If somebody was faster, the next Ctrl-C helps.
 */
export const ECHO_MS = 500;

/**
 * Resolves with the name of the first signal. Its echoes go unheard; after {@link ECHO_MS} signals do what they do by
 * default, and end the process. (`process.exit()` would wait for the threads, and they may be blocked.)
 */
export async function firstStopSignal(): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  for (const name of STOP_SIGNALS) process.on(name, resolve);
  const signal = await promise;
  const listenNoMore = (): void => {
    for (const name of STOP_SIGNALS) process.off(name, resolve);
  };
  setTimeout(listenNoMore, ECHO_MS).unref();
  return signal;
}

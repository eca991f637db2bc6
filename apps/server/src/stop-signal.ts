/**
 * The signals that stop a server: the first one drains it, a second one ends it at once.
 *
 * A terminal or a supervisor often signals a whole process group: the server, and also its parents (a launcher, a package
 * manager), which pass the signal on. So the server may receive one request several times, some milliseconds apart, and a
 * signal doesn't tell its sender. Only the time distinguishes an echo from a second request.
 */

const STOP_SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** The first process of a container: the kernel gives it no signal that it doesn't handle. */
const INIT_PID = 1;

/**
 * How long after the first signal others count as its echoes, in milliseconds: longer than a busy machine takes to pass a
 * signal on, shorter than a person waits before pressing Ctrl-C again.
 */
export const ECHO_MS = 500;

/**
 * Resolves with the name of the first signal. Its echoes are ignored; after {@link ECHO_MS} signals have their default
 * effect and end the process. (`process.exit()` would wait for the threads, which may be blocked.)
 *
 * A terminal that is closed sends SIGHUP. A server that has a terminal stops then; without one it goes on, as under nohup.
 *
 * @param options - `cut` is called at the second signal where signals have no default effect: in the first process of a
 *   container. `pid` and `hasTerminal` are those of this process
 */
export async function firstStopSignal({
  cut,
  pid = process.pid,
  hasTerminal = process.stdin.isTTY,
}: {
  readonly cut: () => void;
  readonly pid?: number;
  readonly hasTerminal?: boolean;
}): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  const names = [...STOP_SIGNALS, ...(hasTerminal ? (['SIGHUP'] as const) : [])];
  if (!hasTerminal) process.on('SIGHUP', ignore);
  for (const name of names) process.on(name, resolve);
  const signal = await promise;
  const ignoreNoMore = (): void => {
    for (const name of names) {
      process.off(name, resolve);
      if (pid === INIT_PID) process.once(name, cut);
    }
  };
  setTimeout(ignoreNoMore, ECHO_MS).unref();
  return signal;
}

/**
 * Calls back at SIGUSR1, which would open Node's inspector otherwise.
 *
 * @param ended - ends it when it aborts
 */
export function onReportSignal(report: () => void, ended: AbortSignal): void {
  process.on('SIGUSR1', report);
  ended.addEventListener('abort', () => process.off('SIGUSR1', report));
}

function ignore(): void {
  // A listener, so that the signal has no effect.
}

/**
 * A server run as a process of its own: started, found by the line it prints, and asked to stop.
 *
 * The line on stdout is the contract between the server and whoever starts it with `--port 0`: it comes after the
 * socket listens, so a client that read it can connect at once and nobody has to sleep or retry.
 */
import { ended, killGroup, spawnGroup } from './run.ts';

/** A server that listens. */
export interface ServerProcess {
  readonly port: number;
  readonly pid: number;
  /** The line that told the port, as printed. */
  readonly line: string;
  /**
   * Sends SIGTERM and waits for the end.
   *
   * @param timeoutMs - How long it may take; as long as the start by default.
   * @returns All that it wrote to stderr.
   * @throws Error when it doesn't end in time (it is killed then) or not with exit code 0.
   */
  stop(timeoutMs?: number): Promise<string>;
}

/** How a server is started. */
export interface StartOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** How long it may take to listen, in milliseconds. */
  readonly timeoutMs: number;
}

const LISTENING = /^listening on 127\.0\.0\.1:(\d+)\b.*$/m;

/**
 * Starts a server and waits until it tells its port.
 *
 * @throws Error with what it printed when it ends, or runs out of time, before it listens.
 */
export async function startServer(
  command: string,
  args: readonly string[],
  options: StartOptions,
): Promise<ServerProcess> {
  const child = spawnGroup(command, args, options);
  const end = ended(child);
  // Whoever waits gets the error; without a waiter at that moment it must not count as unhandled.
  end.catch(() => undefined);
  let stdout = '';
  let stderr = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const listening = new Promise<RegExpExecArray>((resolve) => {
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      // A line counts when it is whole: half of one may hold half of a port.
      const match = LISTENING.exec(stdout.slice(0, stdout.lastIndexOf('\n') + 1));
      if (match !== null) resolve(match);
    });
  });
  const name = [command, ...args].join(' ');
  const printed = (): string => `\n${stdout}${stderr}`.trimEnd();
  const early = end.then(({ code, signal }) => {
    throw new Error(`start ${name}: must listen, ended with ${String(code ?? signal)}${printed()}`);
  });
  try {
    const match = await withDeadline(Promise.race([listening, early]), options.timeoutMs, () => {
      return `start ${name}: must listen within ${options.timeoutMs} ms, printed:${printed()}`;
    });
    return {
      line: match[0],
      port: Number(match[1]),
      pid: child.pid!,
      stop: async (timeoutMs = options.timeoutMs) => {
        killGroup(child, 'SIGTERM');
        const { code, signal } = await withDeadline(end, timeoutMs, () => {
          killGroup(child, 'SIGKILL');
          return `stop ${name}: must end within ${timeoutMs} ms of SIGTERM, printed:${printed()}`;
        });
        if (code !== 0) {
          throw new Error(
            `stop ${name}: must exit with 0 after SIGTERM, ended with ${String(code ?? signal)}${printed()}`,
          );
        }
        return stderr;
      },
    };
  } catch (error) {
    killGroup(child, 'SIGKILL');
    throw error;
  }
}

async function withDeadline<T>(promise: Promise<T>, timeoutMs: number, message: () => string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error(message()));
    }, timeoutMs);
  });
  try {
    return await Promise.race([promise, deadline]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * What a server tells its service manager, as datagrams: it serves, it stops, it is alive. sd_notify(3)
 *
 *     NOTIFY_SOCKET                a path, or `@` and the name of an abstract address
 *     WATCHDOG_USEC, WATCHDOG_PID  the service is ended if it says nothing for this long. sd_watchdog_enabled(3)
 *
 * Without the variables nothing is sent. A notice that can't be sent never ends the server.
 */
import { UsageError } from '@concurrent-primes/harness/terminal';
import { UnixDatagram } from '@concurrent-primes/sockets';

const VARIABLES = ['NOTIFY_SOCKET', 'WATCHDOG_USEC', 'WATCHDOG_PID'] as const;

/** Tells the service manager how the server is. */
export class ServiceNotices implements Disposable {
  readonly #path: string | undefined;
  readonly #watchdogMs: number | undefined;
  readonly #onTrouble: (text: string) => void;
  #socket: UnixDatagram | undefined;
  #watchdog: NodeJS.Timeout | undefined;
  #isTroubled = false;

  /**
   * Reads the variables, and removes them, so that child processes don't speak for the server.
   *
   * @param onTrouble - called once, with the first reason why a notice can't be sent
   * @param env - the environment, which is changed
   * @throws UsageError if a variable is wrong
   */
  constructor(onTrouble: (text: string) => void, env: NodeJS.ProcessEnv = process.env, pid = process.pid) {
    this.#onTrouble = onTrouble;
    const [path, periodUs, forPid] = VARIABLES.map((name) => env[name]);
    for (const name of VARIABLES) Reflect.deleteProperty(env, name);
    if (path !== undefined && !/^[/@]./.test(path)) {
      throw new UsageError(`cannot notify the service manager: NOTIFY_SOCKET must begin with / or @, got '${path}'`);
    }
    this.#path = path;
    if (path === undefined || periodUs === undefined || (forPid !== undefined && forPid !== String(pid))) return;
    if (!/^[1-9]\d{0,14}$/.test(periodUs)) {
      throw new UsageError(
        `cannot notify the service manager: WATCHDOG_USEC must be a whole number from 1, got '${periodUs}'`,
      );
    }
    // Half of the time, as the manual recommends.
    this.#watchdogMs = Math.max(1, Number(periodUs) / 2000);
  }

  /** The server accepts clients. From now on the watchdog is fed, as long as the main thread runs. */
  ready(status: string): void {
    this.#send(`READY=1\nSTATUS=${status}`);
    if (this.#watchdogMs === undefined) return;
    this.#watchdog = setInterval(() => {
      this.#send('WATCHDOG=1');
    }, this.#watchdogMs).unref();
  }

  /** The server finishes the exchanges in progress. */
  stopping(status: string): void {
    this.#send(`STOPPING=1\nSTATUS=${status}`);
  }

  [Symbol.dispose](): void {
    clearInterval(this.#watchdog);
    this.#socket?.close();
  }

  #send(text: string): void {
    if (this.#path === undefined) return;
    const trouble = this.#troubleOf(this.#path, text);
    if (trouble === undefined || this.#isTroubled) return;
    this.#isTroubled = true;
    this.#onTrouble(`cannot notify the service manager: ${trouble}`);
  }

  /** Sends a notice; returns why it could not. */
  #troubleOf(path: string, text: string): string | undefined {
    try {
      this.#socket ??= UnixDatagram.sender(path);
      return this.#socket.send(new TextEncoder().encode(text)) ? undefined : 'it has too many messages to read';
    } catch (error) {
      return (error as Error).message;
    }
  }
}

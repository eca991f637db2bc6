/** What stays behind when a fault is over and all good clients have left. */
import { setTimeout as delay } from 'node:timers/promises';
import { connectionsOf, describeLeak, readResources, type ServerResources } from '../server-resources.ts';

const LOOK_AGAIN_MS = 20;
const MEBIBYTE = 2 ** 20;

/** What a server has in excess of its level before the fault. */
export interface LeftBehind {
  readonly descriptors: number;
  readonly threads: number;
  /** Growth of the resident memory; below 0 if it has shrunk. */
  readonly memoryBytes: number;
  /** Connections that the kernel still keeps for the server. */
  readonly connections: number;
  /** Bytes in them that no client has taken. */
  readonly unsentBytes: number;
}

/** A server that is looked at: another process after a restart. */
export interface ObservedServer {
  readonly pid: number;
  readonly port: number;
}

/** A look at what has stayed behind. */
export interface LeftReading {
  readonly left: LeftBehind;
  /** One line for each thing that must not stay; empty if everything is back at its level. */
  readonly problems: readonly string[];
}

/** Options of {@link readLeftBehind}. */
export interface LeftOptions {
  /** Level before the fault. */
  readonly before: ServerResources;
  /** How far memory may grow. */
  readonly slackBytes: number;
  /** Time that the server and the kernel have to close connections. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** Waits until a server is quiet: it has no connections, and no more descriptors and threads than before. */
export async function untilQuiet(
  { pid, port }: ObservedServer,
  { before, timeoutMs, signal }: Omit<LeftOptions, 'slackBytes'>,
): Promise<void> {
  const endMs = performance.now() + timeoutMs;
  for (;;) {
    const isQuiet = connectionsOf(port).count === 0 && describeLeak(readResources(pid), before) === undefined;
    if (isQuiet || performance.now() >= endMs) return;
    await delay(LOOK_AGAIN_MS, undefined, { signal });
  }
}

/**
 * Waits until nothing is left, but not longer than the time limit, and tells what is left then.
 *
 * @throws Error if the process has ended; the signal's reason
 */
export async function readLeftBehind(server: ObservedServer, options: LeftOptions): Promise<LeftReading> {
  await untilQuiet(server, options);
  const { before, slackBytes, timeoutMs } = options;
  const now = readResources(server.pid);
  const { count: connections, unsentBytes } = connectionsOf(server.port);
  const left: LeftBehind = {
    descriptors: Math.max(0, now.descriptors - before.descriptors),
    threads: Math.max(0, now.threads - before.threads),
    memoryBytes: now.memoryBytes - before.memoryBytes,
    connections,
    unsentBytes,
  };
  const seconds = timeoutMs / 1000;
  const leak = describeLeak(now, before);
  const problems = [
    ...(leak === undefined ? [] : [`${leak}, ${seconds} s later`]),
    ...(connections === 0
      ? []
      : [
          `expected no connections, ${seconds} s later the kernel keeps ${connections} with ` +
            `${inMebibytes(unsentBytes)} that nobody has taken`,
        ]),
    ...(left.memoryBytes <= slackBytes
      ? []
      : [`memory may grow by ${inMebibytes(slackBytes)}, it grew by ${inMebibytes(left.memoryBytes)}`]),
  ];
  return { left, problems };
}

/** Formats an amount of memory: `12.3 MiB`. */
export function inMebibytes(bytes: number): string {
  return `${(bytes / MEBIBYTE).toFixed(1)} MiB`;
}

/** What the pages of servers that aren't ours have in common: the description, and a gate that nobody can close. */
import { LOOPBACK } from '@concurrent-primes/harness';
import type { RecordingHeader, ServerInfo } from '@concurrent-primes/trace';
import type { WatchedGate } from '@concurrent-primes/watch';
import { arch, availableParallelism, platform, release, totalmem } from 'node:os';

/** Such a server is seen, not held. */
export const NEVER_HELD: WatchedGate = {
  mode: 'run',
  hold: refuse,
  step: refuse,
  slow: refuse,
  run: () => undefined,
};

/**
 * Describes a recording of such a server.
 *
 * @param server - what is known of it
 * @param startedUs - when it began, in microseconds since 1970
 */
export function foreignHeader(
  server: Pick<ServerInfo, 'architecture' | 'name' | 'summary' | 'port' | 'options'>,
  startedUs: number,
): RecordingHeader {
  return {
    format: 'concurrent-primes/recording@1',
    // Events tell of its threads one by one.
    server: { ...server, host: LOOPBACK, threads: [], phases: [], outcomes: [] },
    startedMs: startedUs / 1000,
    versions: {},
    machine: {
      platform: platform(),
      release: release(),
      architecture: arch(),
      processors: availableParallelism(),
      memoryBytes: totalmem(),
    },
  };
}

function refuse(): never {
  throw new Error('only our own servers can be held');
}

/** The progress of a comparison, in words: before it starts and while it runs. */
import { formatDuration, formatEstimate, formatNumber } from '@concurrent-primes/harness/terminal';
import type { Turn } from './compare-measure.ts';
import type { Scenario } from './scenario.ts';

/** Time that a turn takes beside warm-up and measurement: starting the server, the last answers, ending it. */
const TURN_OVERHEAD_MS = 1000;

/** How long a comparison will take. */
export function estimateText({ rounds, seconds, warmupSeconds }: Scenario, servers: number): string {
  const turns = rounds * servers;
  const totalMs = turns * ((warmupSeconds + seconds) * 1000 + TURN_OVERHEAD_MS);
  return `this takes about ${formatEstimate(totalMs)}: ${turns} turns of ${warmupSeconds} s warm-up and ${seconds} s`;
}

/** The progress of a comparison, in one line. */
export function progressText({ round, rounds, server, done, all, snapshot }: Turn): string {
  const head = `[${done + 1}/${all}] round ${round} of ${rounds}, ${server}`;
  switch (snapshot?.phase) {
    case undefined:
      return `${head}: starting`;
    case 'warmup':
      return `${head}: warming up`;
    case 'measure':
    case 'drain': {
      const { requestsPerSecond, p99Ms, errors } = snapshot;
      const failed = errors === 0 ? '' : `, ${formatNumber(errors)} failed`;
      return `${head}: ${formatNumber(requestsPerSecond)} requests/s, p99 ${formatDuration(p99Ms)}${failed}`;
    }
  }
}

/** The state of a run, for the line that a terminal shows. */
import { formatDigits, formatLatency, formatSeconds } from '@concurrent-primes/harness/terminal';
import type { LoadPlan, LoadSnapshot } from '@concurrent-primes/load';

/** Describes the state of a run. */
export function liveText(snapshot: LoadSnapshot, plan: LoadPlan): string {
  const { phase, elapsedMs, requests, errors, requestsPerSecond, p99Ms } = snapshot;
  if (phase === 'warmup') return `warming up, ${elapsed(elapsedMs, plan.warmupMs)}`;
  if (phase === 'drain') return 'waiting for the last answers';
  const progress =
    plan.durationMs === undefined ? `${requests} of ${plan.requests!} requests` : elapsed(elapsedMs, plan.durationMs);
  return `${progress}, ${formatDigits(requestsPerSecond)} requests/s, p99 ${formatLatency(p99Ms)}, ${errors} failed`;
}

function elapsed(atMs: number, ofMs: number): string {
  return `${(atMs / 1000).toFixed(1)} of ${formatSeconds(ofMs)}`;
}

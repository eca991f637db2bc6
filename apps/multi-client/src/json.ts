/** A run as one JSON document, for programs. */
import { isFailed, type RunReport, totalOf } from './report.ts';

/**
 * Writes a run as JSON. Sums are strings, because they pass 2^53; times are milliseconds. A client that failed has an
 * `error` in place of `count`, `sum` and `elapsedMs`; the total leaves it out.
 *
 * @param report - of the run
 * @returns one document, with its line end
 */
export function renderJson(report: RunReport): string {
  const { sum, ...total } = totalOf(report);
  const document = {
    address: report.address,
    clients: report.clients.map(({ client, interval, received, outcome }) => ({
      client,
      interval,
      ...(isFailed(outcome)
        ? { received, error: { name: outcome.error.name, message: outcome.error.message } }
        : { count: received, sum: String(outcome.sum), elapsedMs: roundToMicros(outcome.elapsedMs) }),
    })),
    total: { ...total, sum: String(sum), elapsedMs: roundToMicros(report.elapsedMs) },
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

/** Below microseconds a duration is noise. */
function roundToMicros(durationMs: number): number {
  return Math.round(durationMs * 1000) / 1000;
}

/** A run as one JSON document. */
import { isFailed, messageOf, type RunReport, totalOf } from './run-report.ts';

/**
 * Writes a run as JSON. Sums are strings, because they pass 2^53; times are milliseconds. A client that failed has an
 * `error` in place of `count`, `sum` and `elapsedMs`, and does not count in the total.
 *
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
        ? { received, error: { name: outcome.error.name, message: messageOf(outcome) } }
        : { count: received, sum: String(outcome.sum), elapsedMs: roundToMicros(outcome.elapsedMs) }),
    })),
    total: { ...total, sum: String(sum), elapsedMs: roundToMicros(report.elapsedMs) },
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function roundToMicros(durationMs: number): number {
  return Math.round(durationMs * 1000) / 1000;
}

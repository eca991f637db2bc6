/** The results for programs. */
import type { FaultRow } from './faults-table.ts';

/** It grows when a field changes its meaning or is removed. */
const VERSION = 1;

/**
 * Writes the results of all servers as one JSON document.
 *
 * @param results - rows by server
 * @param durationMs - time of each fault
 */
export function faultsJson(results: ReadonlyMap<string, readonly FaultRow[]>, durationMs: number): string {
  const rows = [...results].flatMap(([server, faults]) =>
    faults.map(({ name, fault: { title, expects, refuses = [], endsKept = false }, outcome }) => ({
      server,
      fault: name,
      title,
      expects,
      refuses,
      endsKept,
      ...outcome,
    })),
  );
  return `${JSON.stringify({ format: 'concurrent-primes-faults', version: VERSION, durationMs, results: rows }, undefined, 2)}\n`;
}

/** What the programs of this folder share: each is run as a process, does its work, and prints its outcome. */
import type { TimedResult } from '../program.ts';

/** The arguments of this process, as numbers. */
export function numberArguments(): number[] {
  return process.argv.slice(2).map(Number);
}

/** How long work takes, in milliseconds. */
export function elapsedMsOf(work: () => void): number {
  const beganMs = performance.now();
  work();
  return performance.now() - beganMs;
}

/**
 * The least time of several passes. The first ones run code that isn't optimized yet, and any of them may be disturbed.
 *
 * @param passes - at least 1
 */
export function leastMsOf(passes: number, work: () => void): number {
  return Math.min(...Array.from({ length: passes }, () => elapsedMsOf(work)));
}

/** Says what came out. */
export function printOutcome(elapsedMs: number, result: bigint | number | string): void {
  process.stdout.write(`${JSON.stringify({ elapsedMs, result: String(result) } satisfies TimedResult)}\n`);
}

/** The sum of big-endian int32, read one by one; exact up to 2^53, which no chunk reaches. */
export function sumOfInt32(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let sum = 0;
  for (let at = 0; at < bytes.length; at += 4) sum += view.getInt32(at);
  return sum;
}

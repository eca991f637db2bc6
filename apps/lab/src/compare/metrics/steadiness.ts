/**
 * Whether a server was warm: the cost of a request in the second half of the measurement, relative to the first half.
 *
 * JavaScript is interpreted first, and compiled when it has run often. Each thread of a pool is an engine of its own
 * that compiles for itself, so a pool needs the warm-up once for each thread. Without it, a pool looks too costly.
 */
import type { Round } from '../comparison.ts';

/**
 * The ratio; 1 for a server that was warm.
 *
 * @returns undefined if a half has no requests, or no measurable processor time
 */
export function steadinessOf({ groups, usage }: Round): number | undefined {
  if (usage === undefined) return undefined;
  const middleMs = usage.windowMs / 2;
  const requests = halves(
    groups.flatMap(({ load }) => load.timeline.map((point) => ({ atMs: point.atMs, amount: point.requests }))),
    middleMs,
  );
  const cpuMs = halves(
    usage.timeline.map(({ atMs, cores }, at) => ({
      atMs,
      amount: cores * (atMs - (usage.timeline[at - 1]?.atMs ?? 0)),
    })),
    middleMs,
  );
  const [first, second] = [cpuMs.first / requests.first, cpuMs.second / requests.second];
  return first > 0 && second > 0 && Number.isFinite(first) && Number.isFinite(second) ? second / first : undefined;
}

/** Rates before and after the middle. A point belongs to the half in which its interval ends. */
function halves(
  points: readonly { readonly atMs: number; readonly amount: number }[],
  middleMs: number,
): { readonly first: number; readonly second: number } {
  const rate = (half: typeof points, lengthMs: number): number =>
    half.reduce((sum, { amount }) => sum + amount, 0) / Math.max(lengthMs, 1);
  const before = points.filter(({ atMs }) => atMs <= middleMs);
  const after = points.filter(({ atMs }) => atMs > middleMs);
  const endOfFirst = before.at(-1)?.atMs ?? 0;
  return { first: rate(before, endOfFirst), second: rate(after, (after.at(-1)?.atMs ?? 0) - endOfFirst) };
}

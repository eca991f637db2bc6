/**
 * Was a server warm? What a request costs in the second half of the measured time, as a share of what it cost in the
 * first.
 *
 * JavaScript is interpreted first, and compiled when it has run often. Each thread of a pool is an engine of its own
 * and has to learn by itself, so a pool needs as many times the warm-up as it has threads. One that still gets cheaper
 * while it is measured would look dearer than it is.
 */
import type { Round } from '../results.ts';

/**
 * The share; 1 for a server that was warm.
 *
 * @returns undefined where a half has no request, or no processor time that could be counted
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

/** Amounts up to the middle, and behind it. A piece belongs to the half in which it ends, and its share of that time. */
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

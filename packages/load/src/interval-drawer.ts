/** The interval that a request asks for: a function of the request's number and of a random stream. */
import type { Interval } from '@concurrent-primes/protocol';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';
import type { IntervalDistribution } from './load-plan.ts';
import { Zipf } from './zipf.ts';

const MIN_INT32 = -(2 ** 31);
const MAX_INT32 = 2 ** 31 - 1;

/**
 * Draws the interval of a request.
 *
 * @param index - number of the client (closed loop) or of the request (open loop), from 0
 * @param random - stream of the client or of the schedule
 */
export type DrawInterval = (index: number, random: RandomGenerator) => Interval;

/**
 * Makes the function that draws intervals.
 *
 * @param distribution - see {@link IntervalDistribution}
 * @throws RangeError if the distribution makes no sense
 */
export function intervalDrawer(distribution: IntervalDistribution): DrawInterval {
  switch (distribution.kind) {
    case 'fixed': {
      const { interval } = distribution;
      requireInt32s('fixed', interval);
      return () => interval;
    }
    case 'step':
      return stepDrawer(distribution.first, distribution.step);
    case 'uniform': {
      const { within, width } = distribution;
      const highest = within[0] + requireRoom('uniform', within, width) - width;
      return (_, random) => intervalAt(uniformInt(random, within[0], highest), width);
    }
    case 'zipf': {
      const { within, width, exponent } = distribution;
      const ranks = Math.floor(requireRoom('zipf', within, width) / width);
      if (!(exponent > 0 && exponent < Infinity)) {
        throw new RangeError(`zipf: exponent must be above 0, got ${exponent}`);
      }
      const zipf = new Zipf(ranks, exponent);
      return (_, random) => intervalAt(within[0] + (zipf.draw(random) - 1) * width, width);
    }
    case 'mix':
      return mixDrawer(distribution.parts);
  }
}

/** Steps that would leave int32 start over at the first. */
function stepDrawer(first: Interval, step: number): DrawInterval {
  requireInt32s('step', first);
  if (!Number.isInteger(step)) throw new RangeError(`step: must be an integer, got ${step}`);
  const room = step < 0 ? Math.min(...first) - MIN_INT32 : MAX_INT32 - Math.max(...first);
  const steps = step === 0 ? 1 : Math.floor(room / Math.abs(step)) + 1;
  return (index) => [first[0] + step * (index % steps), first[1] + step * (index % steps)];
}

function mixDrawer(parts: Extract<IntervalDistribution, { kind: 'mix' }>['parts']): DrawInterval {
  if (parts.length === 0) throw new RangeError('mix: needs at least one part, got none');
  for (const { share } of parts) {
    if (!(share > 0 && share < Infinity)) throw new RangeError(`mix: a share must be above 0, got ${share}`);
  }
  const total = parts.reduce((sum, { share }) => sum + share, 0);
  const drawers = parts.map(({ intervals }) => intervalDrawer(intervals));
  return (index, random) => {
    let left = uniformFloat64(random) * total;
    const chosen = parts.findIndex(({ share }) => (left -= share) < 0);
    // Rounding can leave a remainder after the last share: -1 is the last one too.
    return drawers.at(chosen)!(index, random);
  };
}

function intervalAt(low: number, width: number): Interval {
  return [low, low + width - 1];
}

/** Counts the integers to choose from. */
function requireRoom(kind: string, within: Interval, width: number): number {
  requireInt32s(kind, within);
  const room = within[1] - within[0] + 1;
  if (Number.isInteger(width) && width >= 1 && width <= room) return room;
  throw new RangeError(
    `${kind}: width must be an integer from 1 to the ${room} of [${within.join(', ')}], got ${width}`,
  );
}

function requireInt32s(kind: string, interval: Interval): void {
  if (interval.every((bound) => Number.isInteger(bound) && bound >= MIN_INT32 && bound <= MAX_INT32)) return;
  throw new RangeError(`${kind}: bounds must be int32, got [${interval.join(', ')}]`);
}

/** Which interval a request asks for: a function of the seed and of the request's own number, see `random.ts`. */
import type { Interval } from '@concurrent-primes/protocol';
import { Random } from './random.ts';
import type { IntervalDistribution } from './types.ts';
import { Zipf } from './zipf.ts';

const MIN_INT32 = -(2 ** 31);
const MAX_INT32 = 2 ** 31 - 1;

/** Draws intervals of one distribution. */
export class IntervalSource {
  readonly #random = new Random();
  readonly #seed: number;
  readonly #draw: (index: number, random: Random) => Interval;

  /**
   * @param distribution - where intervals come from
   * @param seed - uint32
   * @throws RangeError if the distribution makes no sense
   */
  constructor(distribution: IntervalDistribution, seed: number) {
    this.#seed = seed;
    this.#draw = drawer(distribution);
  }

  /**
   * The interval of a request.
   *
   * @param index - number of the client (closed loop) or of the request (open loop), from 0
   * @param round - number of the request among the client's own, from 0; 0 in an open loop
   */
  at(index: number, round: number): Interval {
    this.#random.reset(this.#seed, index, round);
    return this.#draw(index, this.#random);
  }
}

function drawer(distribution: IntervalDistribution): (index: number, random: Random) => Interval {
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
      const places = requireRoom('uniform', within, width) - width + 1;
      return (_, random) => intervalAt(within[0] + random.below(places), width);
    }
    case 'zipf': {
      const { within, width, exponent } = distribution;
      const places = Math.floor(requireRoom('zipf', within, width) / width);
      if (!(exponent > 0 && exponent < Infinity))
        throw new RangeError(`zipf: exponent must be above 0, got ${exponent}`);
      const zipf = new Zipf(places, exponent);
      return (_, random) => intervalAt(within[0] + (zipf.draw(random) - 1) * width, width);
    }
    case 'mix':
      return mixDrawer(distribution.parts);
  }
}

/** Who comes after the last place within int32 begins again at the first. */
function stepDrawer(first: Interval, step: number): (index: number) => Interval {
  requireInt32s('step', first);
  if (!Number.isInteger(step)) throw new RangeError(`step: must be an integer, got ${step}`);
  const room = step < 0 ? Math.min(...first) - MIN_INT32 : MAX_INT32 - Math.max(...first);
  const places = step === 0 ? 1 : Math.floor(room / Math.abs(step)) + 1;
  return (index) => [first[0] + step * (index % places), first[1] + step * (index % places)];
}

function mixDrawer(
  parts: Extract<IntervalDistribution, { kind: 'mix' }>['parts'],
): (index: number, random: Random) => Interval {
  if (parts.length === 0) throw new RangeError('mix: needs at least one part, got none');
  for (const { share } of parts) {
    if (!(share > 0 && share < Infinity)) throw new RangeError(`mix: a share must be above 0, got ${share}`);
  }
  const total = parts.reduce((sum, { share }) => sum + share, 0);
  const drawers = parts.map(({ intervals }) => drawer(intervals));
  return (index, random) => {
    let left = random.unit() * total;
    const chosen = parts.findIndex(({ share }) => (left -= share) < 0);
    // Rounding can leave a trace behind the last share.
    return drawers.at(chosen)!(index, random);
  };
}

function intervalAt(low: number, width: number): Interval {
  return [low, low + width - 1];
}

/** How many integers there are to choose from. */
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
